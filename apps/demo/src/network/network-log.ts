import type { AvatarSession } from '@avatarwire/core';
import { useAvatarSession, useAvatarState } from '@avatarwire/react';
import { useEffect, useState } from 'react';
import { type Counted, FIGURES, type Figure, type Measurement, measure } from './measurements';

export const SECONDS_KEPT = 60;

/** The last measurements, and what the vendor has ever measured. */
export interface NetworkLog {
  readonly measurements: readonly Measurement[];
  readonly measured: ReadonlySet<Figure>;
}

const emptyLog: NetworkLog = { measurements: [], measured: new Set() };

export interface NetworkRecorder {
  get(): NetworkLog;
  subscribe(listener: () => void): () => void;
}

/** Records while the session is joined, so that the charts begin with what was before they were opened. No render. */
export function useNetworkRecorder(): NetworkRecorder {
  const session = useAvatarSession();
  const joined = useAvatarState(
    ({ state }) => state === 'waiting' || state === 'live' || state === 'reconnecting',
  );
  const [recorder] = useState(createRecorder);
  useEffect(() => (joined ? recorder.record(session) : undefined), [recorder, session, joined]);
  return recorder;
}

function createRecorder(): NetworkRecorder & { record(session: AvatarSession): () => void } {
  const listeners = new Set<() => void>();
  let log = emptyLog;
  const change = (next: NetworkLog) => {
    log = next;
    for (const listener of listeners) listener();
  };
  return {
    get: () => log,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    record(session) {
      let before: Counted | undefined;
      change(emptyLog);
      return session.onStatistics((statistics) => {
        const atMs = performance.now();
        const measurement = measure(statistics, atMs, before);
        before = { statistics, atMs };
        change({
          measurements: [...log.measurements, measurement].slice(-SECONDS_KEPT),
          measured: new Set([...log.measured, ...figuresIn(measurement)]),
        });
      });
    },
  };
}

const figuresIn = (measurement: Measurement): readonly Figure[] =>
  FIGURES.filter((figure) => measurement[figure] !== undefined);
