/** Between what is wanted and what is: one step after another, until there is nothing left to do. */

/** What a call wants. A step that fails, fails the calls that wanted it; nothing fails what is to be `sent`. */
export type Aspect = 'on' | 'choice' | 'processor' | 'quality' | 'sent';

export interface Step {
  readonly aspect: Exclude<Aspect, 'sent'>;
  run(): Promise<void>;
}

export interface StepsOptions {
  /** Decided anew after each step: the last wish counts. */
  nextOfDevice(): Step | undefined;
  /** Goes on meanwhile: a visitor who is asked for another microphone can mute the one that is sent. */
  nextOfSending(): Step | undefined;
  /** Puts back the wish that failed. @param reject fails the calls that wanted it, and says whether there were any */
  failed(aspect: Step['aspect'], error: unknown, reject: Reject): void;
  changed(): void;
}

export type Reject = (aspect: Aspect, error: unknown) => boolean;

export interface Steps {
  /**
   * Begins in this turn. Resolves when everything is as wanted, or at once with the sending for what is to be `sent`;
   * rejects when what was wanted of `aspect` could not be had.
   */
  settle(aspect: Aspect): Promise<void>;
  /** Begins in this turn what is not under way. */
  start(): void;
}

interface Call {
  readonly aspect: Aspect;
  resolve(): void;
  reject(error: unknown): void;
}

export function makeItSo({ nextOfDevice, nextOfSending, failed, changed }: StepsOptions): Steps {
  const underWay = new Set<() => Step | undefined>();
  let calls: Call[] = [];

  function take(isMeant: (call: Call) => boolean): Call[] {
    const taken = calls.filter(isMeant);
    calls = calls.filter((call) => !isMeant(call));
    return taken;
  }

  const reject: Reject = (aspect, error) => {
    const concerned = take((call) => call.aspect === aspect);
    for (const call of concerned) call.reject(error);
    return concerned.length > 0;
  };

  const isDone = ({ aspect }: Call) =>
    aspect === 'sent' ? !underWay.has(nextOfSending) : underWay.size === 0;

  async function run(next: () => Step | undefined, { aspect, run }: Step): Promise<void> {
    underWay.add(next);
    try {
      await run();
    } catch (error) {
      failed(aspect, error, reject);
    }
    underWay.delete(next);
    start();
  }

  function start(): void {
    for (const next of [nextOfDevice, nextOfSending]) {
      const step = underWay.has(next) ? undefined : next();
      if (step) void run(next, step);
    }
    changed();
    for (const call of take(isDone)) call.resolve();
  }

  return {
    settle(aspect) {
      const settled = new Promise<void>((resolve, reject) => {
        calls.push({ aspect, resolve, reject });
      });
      start();
      return settled;
    },
    start,
  };
}
