/** Text that comes in one size and is taken in another. One taker at a time. */
export interface TextQueue {
  append(text: string): void;
  /** Nothing more comes. */
  end(): void;
  /**
   * About `wanted` characters, at a space where there is one near; waits until more than `atLeast` are there, so that
   * the last piece is known to be the last, or until the end.
   */
  take(wanted: number, atLeast: number): Promise<{ readonly text: string; readonly last: boolean }>;
}

export function createTextQueue(): TextQueue {
  // Whole characters, so that no cut falls inside one.
  let waiting: string[] = [];
  let ended = false;
  let wake = () => {};

  return {
    append(text) {
      if (ended) return;
      // Not spread into arguments: a long text is more than a call takes.
      for (const character of text) waiting.push(character);
      wake();
    },
    end() {
      ended = true;
      wake();
    },
    async take(wanted, atLeast) {
      while (!ended && waiting.length <= atLeast) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (waiting.length <= wanted) {
        const text = waiting.join('');
        waiting = [];
        return { text, last: true };
      }
      const space = waiting.lastIndexOf(' ', wanted);
      const cut = space > wanted / 2 ? space + 1 : wanted;
      return { text: waiting.splice(0, cut).join(''), last: false };
    },
  };
}
