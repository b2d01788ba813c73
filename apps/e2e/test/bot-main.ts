/** A simulated avatar in a LiveKit room, as a process of its own. Told what to do by its parent, ends with it. */

import { startLivekitBot } from '@avatarwire/simulator/livekit';
import { ANSWER, reportOf } from './remote-avatar';

export type BotRequest =
  | { readonly do: 'report' }
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'ignore'; readonly ignore: boolean }
  | { readonly do: 'leave' | 'return' | 'close' };

const [url = '', token = ''] = process.argv.slice(2);

const bot = await startLivekitBot({
  url,
  token,
  width: 256,
  height: 256,
  framesPerSecond: 10,
  avatar: { reply: () => ANSWER },
});

async function obey(request: BotRequest): Promise<unknown> {
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
    case 'close':
      return bot.close();
  }
}

async function answer({ id, request }: { id: number; request: BotRequest }): Promise<void> {
  process.send?.({ id, answer: await obey(request) });
  if (request.do === 'close') process.disconnect();
}

process.on('message', (message: Parameters<typeof answer>[0]) => void answer(message));
process.on('disconnect', () => void bot.close().then(() => process.exit(0)));
process.send?.({ ready: true });
