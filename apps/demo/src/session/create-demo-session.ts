import { type AvatarSession, createAvatarSession } from '@avatarwire/core';
import type { Accounts } from '../choice/accounts';
import type { DemoProvider } from '../choice/provider';
import { agoraSetup } from './providers/agora';
import { livekitSetup } from './providers/livekit';
import type { ProviderSetup } from './providers/shared';
import { trtcSetup } from './providers/trtc';
import { webrtcSetup } from './providers/webrtc';

const setups: Readonly<Record<DemoProvider, (accounts: Accounts) => ProviderSetup>> = {
  webrtc: webrtcSetup,
  livekit: livekitSetup,
  agora: (accounts) => agoraSetup(accounts.has('agora')),
  trtc: (accounts) => trtcSetup(accounts.has('trtc')),
};

/** Nothing is downloaded before it connects, and then only what was chosen. */
export const createDemoSession = (provider: DemoProvider, accounts: Accounts): AvatarSession =>
  createAvatarSession(setups[provider](accounts));
