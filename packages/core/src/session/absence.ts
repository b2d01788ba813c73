/** How long nobody's being there is borne. */

import type { Clock } from '../clock';
import { AvatarError } from '../errors';
import type { SessionConfig } from './session-config';

export interface AbsenceOptions {
  readonly clock: Clock;
  readonly timeouts: SessionConfig['timeouts'];
  /** The avatar has been there. */
  readonly hasFlowed: () => boolean;
  readonly onNeverCame: (error: AvatarError) => void;
  readonly onGone: () => void;
}

export interface Absence {
  /** Goes on counting from when it began. */
  begin(): void;
  end(): void;
}

export function watchAbsence({ clock, timeouts, hasFlowed, onNeverCame, onGone }: AbsenceOptions): Absence {
  const { avatarMs, avatarGoneMs } = timeouts;
  let cancel: (() => void) | undefined;

  const neverCame = () =>
    onNeverCame(new AvatarError('avatar-timeout', `The avatar did not come within ${avatarMs} ms.`));

  return {
    begin() {
      cancel ??= hasFlowed() ? clock.schedule(onGone, avatarGoneMs) : clock.schedule(neverCame, avatarMs);
    },
    end() {
      cancel?.();
      cancel = undefined;
    },
  };
}
