/** Processes that share the work. One that ends by itself ends the run: a sequence that kills its process is a find. */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer, Order } from './worker';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Resolves when all orders are done, or when `onAnswer` has returned false and what was under way is done. */
export async function shareOut(
  orders: readonly Order[],
  workers: number,
  onAnswer: (answer: Answer) => boolean,
): Promise<void> {
  const waiting = [...orders];
  let goesOn = true;
  await Promise.all(
    Array.from({ length: Math.min(workers, orders.length) }, async () => {
      const worker = fork(WORKER);
      try {
        for (let order = waiting.shift(); order && goesOn; order = waiting.shift()) {
          const { seed } = order;
          const answer = await new Promise<Answer>((resolve, reject) => {
            worker.once('message', (message) => resolve(message as Answer));
            worker.once('exit', (code, signal) =>
              reject(new Error(`The process that played seed ${seed} ended: ${code ?? signal}.`)),
            );
            worker.send(order as Order);
          });
          worker.removeAllListeners();
          goesOn &&= onAnswer(answer);
        }
      } finally {
        worker.kill();
      }
    }),
  );
}
