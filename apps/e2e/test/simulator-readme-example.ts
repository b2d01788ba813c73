/** The README of @avatarwire/simulator shows what stands between the marks. */

// begin
import { agora } from '@avatarwire/agora';
import { createAvatarSession } from '@avatarwire/core';
import { createAgoraCloud } from '@avatarwire/simulator/agora';
import { simulateService } from '@avatarwire/simulator/transport';

export function rehearse() {
  const cloud = createAgoraCloud();
  const simulator = simulateService({
    provider: 'agora',
    transport: () => agora({ sdk: cloud.sdk }),
    credentials: (room, who) => cloud.credentials(room, who),
    avatar: { reply: (text) => `You asked: ${text}` },
  });
  const session = createAvatarSession({
    transports: { agora: simulator.transport },
    source: simulator.source,
  });
  return { session, simulator, cloud };
}
// end
