/** What the processes of this measurement say to each other. */

/** What a process is asked for: how it stands, once its garbage is collected. */
export interface Look {
  readonly heapBytes: number;
  readonly residentBytes: number;
  /** What keeps it alive, by kind. */
  readonly resources: Readonly<Record<string, number>>;
}

/** Of the mock service. */
export interface Account {
  readonly open: number;
  readonly opened: number;
  readonly costSeconds: number;
}

export interface MockReady {
  readonly akoolUrl: string;
  readonly akoolKey: string;
}

/** Sessions at a fixed rate: each is opened, beaten and closed. */
export interface Plan {
  /** `broker`: through brokers at `urls`, in turn. `service`: straight to the service at `url`. */
  readonly to:
    | { readonly kind: 'broker'; readonly urls: readonly string[]; readonly tokens: readonly string[] }
    | { readonly kind: 'service'; readonly url: string; readonly apiKey: string };
  readonly perSecond: number;
  readonly seconds: number;
  /** What the 99th percentile has to be within, in milliseconds. */
  readonly boundMs: number;
}

export const STEPS = ['create', 'beat', 'close'] as const;
export type Step = (typeof STEPS)[number];

/** Milliseconds from the moment when it was due, whatever came before it. */
export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface Outcome {
  readonly latency: Readonly<Record<Step, Latency>>;
  readonly errors: number;
  /** What some of them were. */
  readonly examples: readonly string[];
  /** It was certain already that the rate does not hold: the rest was not begun. */
  readonly gaveUp: boolean;
  /** From the first arrival to the last answer. */
  readonly seconds: number;
  /** How late the generator itself began a session, at most, in milliseconds. */
  readonly latestStartMs: number;
}
