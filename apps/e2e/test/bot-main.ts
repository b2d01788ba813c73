/** A simulated avatar in a LiveKit room, as a process of its own. Told what to do by its parent, ends with it. */

import { startLivekitBot } from '@avatarwire/simulator/livekit';
import { answerParent } from './answer-parent';
import { ANSWER, reportOf } from './remote-avatar';

export type BotRequest =
  | { readonly do: 'report' }
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'ignore'; readonly ignore: boolean }
  | { readonly do: 'leave' | 'return' };

const [url = '', token = ''] = process.argv.slice(2);

const bot = await startLivekitBot({
  url,
  token,
  width: 256,
  height: 256,
  framesPerSecond: 10,
  avatar: { reply: () => ANSWER },
});

function obey(request: BotRequest): unknown {
  switch (request.do) {
    case 'report':
      return reportOf(bot.avatar);
    case 'say':
      return bot.avatar.say(request.text);
    case 'ignore':
      return bot.avatar.ignoreEverything(request.ignore);
    case 'leave':
      return bot.leave();
    case 'return':
      return bot.return();
  }
}

answerParent(obey, () => bot.close());
