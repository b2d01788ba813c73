/**
 * Whether the avatar still answers. Data channels die in silence: something was said, and nothing at all comes back.
 * Then it is asked to acknowledge again what it acknowledged before, which is harmless to repeat.
 */

import type { Clock } from '../clock';
import { type AvatarError, isAvatarError } from '../errors';
import type { Logger } from '../logger';
import type { Commands } from './commands';
import type { ServiceLine } from './service-line';
import type { SessionStore } from './session-store';

export interface Liveness {
  handedOver(): void;
  heard(): void;
  /** Resolves when the avatar took its parameters again, or did not. */
  sayParamsAgain(): Promise<void>;
  stop(): void;
}

export interface LivenessOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly unresponsiveMs: number;
  readonly store: SessionStore;
  readonly line: Pick<ServiceLine, 'service'>;
  readonly commands: Pick<Commands, 'hasParams' | 'repeatParams'>;
  readonly isFlowing: () => boolean;
  /** It does not answer: a fresh connection may help. */
  readonly onSilence: () => void;
  /** Nor did it answer over that. */
  readonly onLost: (error: AvatarError) => void;
}

export function watchLiveness(options: LivenessOptions): Liveness {
  const { clock, logger, unresponsiveMs, store, line, commands, isFlowing, onSilence, onLost } = options;
  /** When the first packet was handed over that nothing has followed. */
  let unansweredSince: number | undefined;
  let cancelLook: (() => void) | undefined;
  let wasSilent = false;

  /** One timer looks now and then: setting and cancelling one for every packet would cost more than the packet. */
  function lookIn(ms: number): void {
    cancelLook = clock.schedule(() => {
      cancelLook = undefined;
      if (unansweredSince === undefined) return;
      const silentMs = clock.now() - unansweredSince;
      if (silentMs < unresponsiveMs) return lookIn(unresponsiveMs - silentMs);
      unansweredSince = undefined;
      // Where nothing is ever acknowledged, silence says nothing.
      if (line.service.acknowledges && commands.hasParams) void sayParamsAgain();
    }, ms);
  }

  async function sayParamsAgain(): Promise<void> {
    try {
      await commands.repeatParams();
    } catch (error) {
      if (!isFlowing()) return;
      if (isAvatarError(error) && error.code === 'ack-timeout') silent(error);
      else logger.warn('the avatar did not take its parameters again', { error });
    }
  }

  function silent(error: AvatarError): void {
    store.dispatch({ type: 'part', name: 'responsive', value: false });
    if (wasSilent) return onLost(error);
    wasSilent = true;
    onSilence();
  }

  return {
    handedOver() {
      unansweredSince ??= clock.now();
      if (!cancelLook) lookIn(unresponsiveMs);
    },
    heard() {
      unansweredSince = undefined;
      wasSilent = false;
      store.dispatch({ type: 'part', name: 'responsive', value: true });
    },
    sayParamsAgain,
    stop() {
      unansweredSince = undefined;
      cancelLook?.();
      cancelLook = undefined;
    },
  };
}
