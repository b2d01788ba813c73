/** The other end of `startProcess`. */

export interface Asked {
  readonly id: number;
  /** `close`, or what the process is made for. */
  readonly request: unknown;
}

export interface Answered {
  readonly id: number;
  readonly answer?: unknown;
  readonly problem?: string;
}

/** Says that this process is ready. It ends when it is told to, or when its parent is gone. */
export function answerParent<Request>(obey: (request: Request) => unknown, close: () => Promise<void>): void {
  async function answer({ id, request }: Asked): Promise<void> {
    const answered = await (async () =>
      request === 'close' ? { answer: await close() } : { answer: await obey(request as Request) })().catch(
      (error: unknown) => ({ problem: String(error) }),
    );
    process.send?.({ id, ...answered } satisfies Answered);
    if (request === 'close') process.disconnect();
  }

  process.on('message', (asked: Asked) => void answer(asked));
  process.on('disconnect', () => void close().then(() => process.exit(0)));
  process.send?.({ ready: true });
}
