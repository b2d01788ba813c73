/** What an application's logger gets, whole: with every field of every error, its causes and what no log would print. */

import type { Logger } from '@avatarwire/core';

export interface Heard {
  readonly logger: Logger;
  /** All of it, as one text. */
  text(): string;
}

export function heard(...further: readonly Logger[]): Heard {
  const lines: string[] = [];
  const hear = (level: keyof Logger) => (message: string, details?: Readonly<Record<string, unknown>>) => {
    lines.push(`${level} ${message} ${whole(details)}`);
    for (const logger of further) logger[level](message, details);
  };
  return {
    logger: { error: hear('error'), warn: hear('warn'), info: hear('info'), debug: hear('debug') },
    text: () => lines.join('\n'),
  };
}

function whole(value: unknown, depth = 0): string {
  if (typeof value === 'function' || typeof value !== 'object' || value === null) return String(value);
  if (depth > 8) return '…';
  const names = [
    ...Object.getOwnPropertyNames(value),
    ...(value instanceof Error ? ['message', 'cause'] : []),
  ];
  return names.map((name) => `${name}=${whole(Reflect.get(value, name), depth + 1)}`).join(' ');
}
