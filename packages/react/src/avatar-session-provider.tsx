import type { AvatarSession } from '@avatarwire/core';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { SessionContext } from './session-context';
import { holdSession } from './session-holder';

/** Either `create` or `session`. */
export type AvatarSessionProviderProps = {
  /** Connects when mounted; a failure stands in the snapshot under `closed`. It does not connect again by itself. @default false */
  readonly autoConnect?: boolean;
  readonly children?: ReactNode;
} & (
  | {
      /**
       * Makes the session: called once for a mounted provider, when the session is first needed; later values are
       * ignored, give the provider another `key` to start afresh. Only construct in it. The session is closed when
       * the provider is gone, also when `<Activity>` hides it, and not on StrictMode's rehearsal.
       */
      readonly create: () => AvatarSession;
      readonly session?: never;
    }
  | {
      /** A session that you own: it is never closed here. */
      readonly session: AvatarSession;
      readonly create?: never;
    }
);

/** Gives the session to what is below it. */
export function AvatarSessionProvider(props: AvatarSessionProviderProps): ReactNode {
  const { session, create, autoConnect = false, children } = props;
  const [created] = useState(() => create && holdSession(create, true));
  const holder = useMemo(
    () => (session === undefined ? created : holdSession(() => session, false)),
    [session, created],
  );

  useEffect(() => holder?.retain(), [holder]);
  useEffect(() => (autoConnect ? holder?.connectSoon() : undefined), [holder, autoConnect]);

  return <SessionContext.Provider value={holder}>{children}</SessionContext.Provider>;
}
