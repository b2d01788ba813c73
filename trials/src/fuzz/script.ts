/** A sequence as a person reads it. */

import type { Setting } from './setting';
import type { Step } from './steps';

export function scriptOf(setting: Setting, steps: readonly Step[]): string {
  const held = Object.entries(setting).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [
    `setting: ${held.join(', ')}`,
    ...steps.map(({ deed, pause }, index) => `${index + 1}. ${deedOf(deed)} · then ${pauseOf(pause)}`),
  ].join('\n');
}

function deedOf({ do: what, ...rest }: Step['deed']): string {
  const details = Object.entries(rest).filter(([, value]) => value !== undefined && value !== false);
  return [what, ...details.map(([name, value]) => `${name} ${value}`)].join(', ');
}

function pauseOf(pause: Step['pause']): string {
  if ('ms' in pause) return `${pause.ms} ms`;
  return pause.turns === 0 ? 'at once' : `${pause.turns} turns`;
}
