/** The load, in a process of its own: runs the plans that it is sent, one at a time. */

import { generate } from './generate';
import type { Plan } from './messages';
import { targetOf } from './targets';

async function run(plan: Plan): Promise<void> {
  const target = targetOf(plan.to);
  try {
    process.send?.(await generate(target, plan));
  } finally {
    target.end();
  }
}

process.on('message', (plan: Plan) => void run(plan));
// Nothing else keeps it alive between two plans.
process.channel?.ref();
process.send?.('ready');
