/** What the avatar itself complains of: malformed frames, gaps, parts twice, text after its interrupt. */

import type { Trial } from '../trial';

export function* avatarComplaints({ sides, isOrderly }: Trial): Generator<string> {
  for (const { sim } of sides) {
    for (const { problem } of sim.avatar.heard.violations) {
      // Where the network doubles packets or lets one overtake another, that is not the client's doing.
      if (isOrderly || !/twice|after|behind|had its final/.test(problem)) yield `the avatar: ${problem}`;
    }
  }
}
