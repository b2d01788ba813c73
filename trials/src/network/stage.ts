/** One conversation: the visitor's page, the avatar, and the wire between them. */

import type { Page } from 'playwright';
import { until } from './programs';
import type { AvatarReport, MediaCounters, VisitorReport } from './reports';
import type { Wire } from './wire';

export interface Stage {
  readonly page: Page;
  readonly wire: Wire;
  readonly liveMs: number;
  avatar(): Promise<AvatarReport>;
}

export const say = ({ page }: Stage, kind: 'ask' | 'speak', text: string) =>
  page.evaluate(([kind, text]) => visitor.say(kind, text), [kind, text] as const);

export const interrupt = ({ page }: Stage) => page.evaluate(() => visitor.interrupt());

export const media = ({ page }: Stage): Promise<MediaCounters> => page.evaluate(() => visitor.media());

export const visitorReport = ({ page }: Stage): Promise<VisitorReport> =>
  page.evaluate(() => visitor.report());

/** @throws Error when it is not known after `ms` what became of a message */
export async function settled({ page }: Stage, places: readonly number[], ms: number): Promise<void> {
  const isSettled = () =>
    page.evaluate((all) => all.every((place) => visitor.isSaidSettled(place)), [...places]);
  await until('what became of a message', isSettled, ms);
}

export async function commandSettled({ page }: Stage, place: number, ms: number): Promise<void> {
  await until(
    'what became of a command',
    () => page.evaluate((place) => visitor.isCommandSettled(place), place),
    ms,
  );
}

export async function answered({ page }: Stage, answer: string, ms: number): Promise<void> {
  await until('an answer', () => page.evaluate((text) => visitor.hasAnswer(text), answer), ms);
}

export async function heard(stage: Stage, text: string, ms: number): Promise<void> {
  await until(
    'the arrival of a text',
    async () => (await stage.avatar()).messages.some((message) => message.text === text),
    ms,
  );
}

/** Until this much of a text has left. */
export async function underWay({ page }: Stage, place: number, bytes: number, ms: number): Promise<void> {
  const isThere = () =>
    page.evaluate(([place, least]) => visitor.sentBytes(place) >= least, [place, bytes] as const);
  await until('the middle of a long text', isThere, ms);
}

export const rest = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
