import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Place, Queue } from '../src/delivery/queue';

describe('a queue', () => {
  it('behaves as a list that grows at both ends and gives up any of its members', () => {
    const action = fc.oneof(
      fc.constant({ type: 'push' as const }),
      fc.constant({ type: 'unshift' as const }),
      fc.constant({ type: 'shift' as const }),
      fc.record({ type: fc.constant('delete' as const), at: fc.nat(10) }),
      fc.constant({ type: 'clear' as const }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const queue = new Queue<number>();
        let list: Place<number>[] = [];
        actions.forEach((action, value) => {
          if (action.type === 'push') list.push(queue.push(value));
          else if (action.type === 'unshift') list.unshift(queue.unshift(value));
          else if (action.type === 'shift') expect(queue.shift()).toBe(list.shift()?.value);
          else if (action.type === 'clear') {
            queue.clear();
            list = [];
          } else {
            const [place] = list.splice(action.at, 1);
            if (place) queue.delete(place);
          }
          expect([...queue]).toEqual(list.map(({ value }) => value));
          expect(queue.first).toBe(list[0]?.value);
          expect(queue.size).toBe(list.length);
        });
      }),
    );
  });

  it('may lose the member at hand while it is walked', () => {
    const queue = new Queue<number>();
    const places = new Map([1, 2, 3].map((value) => [value, queue.push(value)]));
    const seen: number[] = [];
    for (const value of queue) {
      seen.push(value);
      const place = places.get(value);
      if (place) queue.delete(place);
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(queue.size).toBe(0);
  });
});
