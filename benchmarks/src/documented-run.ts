import { createVirtualClock } from '@avatarwire/simulator';
import { sendAsDocumented } from './documented-sender';

export interface DocumentedRun {
  readonly packets: readonly { readonly at: number; readonly data: Uint8Array }[];
  /** When the last packet was handed over, from the start. */
  readonly lastAt: number;
}

/** As the guide's own samples name messages: `msg-` and the milliseconds. */
const MESSAGE_ID = 'msg-1700000000000';

/** Hands `texts` to the documented sender at once, on a virtual clock. */
export async function runDocumented(...texts: readonly string[]): Promise<DocumentedRun> {
  const clock = createVirtualClock();
  const packets: { at: number; data: Uint8Array }[] = [];
  const send = (data: Uint8Array) => packets.push({ at: clock.now(), data });
  await clock.run(
    Promise.all(texts.map((text) => sendAsDocumented(text, { messageId: MESSAGE_ID, clock, send }))),
  );
  return { packets, lastAt: packets.at(-1)?.at ?? 0 };
}
