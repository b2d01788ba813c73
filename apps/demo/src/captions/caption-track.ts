import type { Clock, Message, SessionSnapshot } from '@avatarwire/core';
import { cuesOf, durationOf } from './cues';

/** What stays after the last word, in milliseconds. */
const LINGER_MS = 1_500;

export interface CaptionTrack {
  /** To be called with every snapshot. */
  follow(snapshot: SessionSnapshot): void;
  close(): void;
}

interface Cue {
  readonly messageId: string;
  readonly text: string;
}

/**
 * Shows what the avatar is saying from when it opens its mouth until a moment after it has closed it: never more than is
 * known, and nothing that an interrupt kept it from saying.
 */
export function createCaptionTrack(
  clock: Pick<Clock, 'schedule'>,
  show: (cue: string | undefined) => void,
): CaptionTrack {
  let last: SessionSnapshot | undefined;
  let speaking = false;
  let cues: readonly Cue[] = [];
  let at = 0;
  /** Nothing up to this message is said again. */
  let saidId: string | undefined;
  let cancel: (() => void) | undefined;

  const stop = () => {
    cancel?.();
    cancel = undefined;
  };
  const present = () => show(cues[at]?.text);

  /** Shows this cue until its time is up; where nothing follows yet, until something does. */
  function play(speed: number): void {
    const cue = cues[at];
    if (cue === undefined || cancel !== undefined) return;
    cancel = clock.schedule(
      () => {
        cancel = undefined;
        if (cues[at + 1] === undefined) return;
        at += 1;
        present();
        play(speed);
      },
      durationOf(cue.text, speed),
    );
  }

  function end(): void {
    stop();
    saidId = cues[at]?.messageId ?? saidId;
    cues = [];
    at = 0;
    cancel = clock.schedule(() => {
      cancel = undefined;
      show(undefined);
    }, LINGER_MS);
  }

  function drop(snapshot: SessionSnapshot): void {
    stop();
    saidId = snapshot.messages.at(-1)?.id;
    cues = [];
    at = 0;
    show(undefined);
  }

  return {
    follow(snapshot) {
      const before = last;
      last = snapshot;
      if (before !== undefined && before.timings.interruptMs !== snapshot.timings.interruptMs) drop(snapshot);
      const was = speaking;
      speaking = snapshot.state === 'live' && snapshot.avatar.speaking;
      if (!speaking) {
        if (was) end();
        return;
      }
      if (!was) stop();
      if (was && before?.messages === snapshot.messages) return;
      const shown = cues[at]?.text;
      const waiting = cancel === undefined && cues[at] !== undefined;
      cues = cuesIn(snapshot, saidId);
      // Its time is up, and only now there is more.
      if (waiting && cues[at + 1] !== undefined) at += 1;
      if (cues[at]?.text !== shown) present();
      if (!waiting || cues[at]?.text !== shown) play(snapshot.params.voice?.speed ?? 1);
    },
    close: stop,
  };
}

function cuesIn(snapshot: SessionSnapshot, saidId: string | undefined): readonly Cue[] {
  const { messages, mode } = snapshot;
  const first = messages.findIndex(({ id }) => id === saidId) + 1;
  return messages
    .slice(first)
    .filter((message) => isSaid(message, mode))
    .flatMap(({ id, text }) => cuesOf(text).map((cue) => ({ messageId: id, text: cue })));
}

/** By the avatar: its own words, and those that it was given to say. */
function isSaid({ author, kind, delivery }: Message, mode: SessionSnapshot['mode']): boolean {
  if (author === 'avatar') return true;
  if (author !== 'application' || delivery === undefined) return false;
  if (delivery.state !== 'sent' && delivery.state !== 'sending' && delivery.state !== 'uncertain')
    return false;
  return kind === 'speak' || (kind === 'send' && mode === 'retelling');
}
