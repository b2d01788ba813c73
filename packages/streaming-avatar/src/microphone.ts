/** The visitor's microphone in one session: wanted or not, and everything it takes to make that so. */

import { AvatarError, type AvatarSession, type AvatarTransport } from '@avatarwire/core';
import { openMicrophone, unavailable } from './open-microphone';

export interface Microphone {
  /** Whether it is being sent. */
  readonly on: boolean;
  /**
   * The other way round, from the last call on: a second click while the visitor is still being asked takes the first
   * one back. Settles when it is so.
   */
  toggle(): Promise<void>;
  /** A connection that was made anew has to be given the microphone again. */
  follow(): void;
  /** The session ends: the device is let go in this turn. */
  end(): void;
}

export interface MicrophoneOptions {
  readonly session: AvatarSession;
  /** It failed, and nobody had asked. */
  readonly onFailed: (error: unknown) => void;
}

export function createMicrophone({ session, onFailed }: MicrophoneOptions): Microphone {
  let wanted = false;
  let ended = false;
  let track: MediaStreamTrack | undefined;
  /** Whom a track was given to, and not taken from again. */
  let holder: AvatarTransport | undefined;
  let sent = false;
  let working: Promise<void> | undefined;

  const isLive = () => session.getSnapshot().state === 'live';

  function nextStep(): (() => Promise<void>) | undefined {
    const opened = track;
    if (opened === undefined) return wanted ? turnOn : undefined;
    if (!wanted) return turnOff;
    const { transport } = session;
    if (transport === undefined || !isLive() || (sent && holder === transport)) return undefined;
    return () => send(transport, opened);
  }

  function work(): Promise<void> {
    if (nextStep() === undefined) return Promise.resolve();
    working ??= settle();
    return working;
  }

  async function settle(): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    for (let step = nextStep(); step; step = nextStep()) {
      try {
        await step();
      } catch (error) {
        // What nobody wants any more cannot fail.
        if (wanted) failure = { error };
        wanted = false;
      }
    }
    working = undefined;
    if (failure) throw failure.error;
  }

  async function turnOn(): Promise<void> {
    const opened = await openMicrophone();
    if (!wanted) {
      opened.stop();
      return;
    }
    track = opened;
    opened.addEventListener('ended', lost, { once: true });
  }

  async function send(to: AvatarTransport, what: MediaStreamTrack): Promise<void> {
    const { publishing } = to;
    if (publishing === undefined) {
      throw new AvatarError('unsupported', 'This connection sends no microphone.');
    }
    const held = holder === to;
    holder = to;
    await (held ? publishing.replace('microphone', what) : publishing.publish('microphone', what));
    sent = true;
  }

  async function turnOff(): Promise<void> {
    track?.removeEventListener('ended', lost);
    // First: to stop sending may take the network a while, and the visitor is heard no longer.
    track?.stop();
    track = undefined;
    sent = false;
    try {
      await holder?.publishing?.unpublish('microphone');
      holder = undefined;
    } catch {
      // The connection is away. What it holds is stopped; another track takes its place when one is wanted.
    }
  }

  function lost(): void {
    wanted = false;
    onFailed(unavailable('The microphone was unplugged, or taken away from this page.'));
    work().catch(onFailed);
  }

  return {
    get on() {
      return wanted && sent;
    },
    toggle() {
      if (ended || (!wanted && !isLive())) {
        return Promise.reject(
          new AvatarError('not-connected', 'The microphone can be switched on while the session is live.'),
        );
      }
      wanted = !wanted;
      return work();
    },
    follow() {
      if (nextStep()) work().catch(onFailed);
    },
    end() {
      ended = true;
      wanted = false;
      track?.stop();
      work().catch(onFailed);
    },
  };
}
