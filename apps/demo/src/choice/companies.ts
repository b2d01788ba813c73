/** The companies whose avatars one talks with here, as far as the page has to know before it meets them. */

import { idleSnapshot, type SessionCapabilities } from '@avatarwire/core';
import type { DemoService } from './choice';

export type Company = 'akool' | 'a2e' | 'heygen' | 'liveavatar';

export interface CompanyFacts {
  readonly name: string;
  /** What its browser half says, once it is there; a test holds the two together. */
  readonly can: SessionCapabilities;
  /** How what is said gets there: over the network that brings the picture, or by calls through the broker. */
  readonly words: 'network' | 'calls';
}

const { can: nothing } = idleSnapshot;

/** What core's own protocol does, AKOOL's. */
const protocolV2: SessionCapabilities = {
  speak: true,
  ask: true,
  interrupt: true,
  setParams: true,
  setAction: true,
  microphone: true,
  camera: true,
  screen: false,
};

export const companies: Readonly<Record<Company, CompanyFacts>> = {
  akool: { name: 'AKOOL', can: protocolV2, words: 'network' },
  a2e: { name: 'A2E', can: { ...nothing, speak: true, ask: true }, words: 'calls' },
  heygen: { name: 'HeyGen v1', can: { ...nothing, speak: true }, words: 'calls' },
  liveavatar: {
    name: 'LiveAvatar',
    can: { ...nothing, speak: true, ask: true, interrupt: true, microphone: true },
    words: 'network',
  },
};

/** Where no company is named, the avatar speaks AKOOL's protocol. */
const nobody: CompanyFacts = { name: 'This avatar', can: protocolV2, words: 'network' };

/** Whose service it is, real or a mock. */
export function companyOf(service: DemoService): Company | undefined {
  switch (service) {
    case 'own-room':
    case 'none':
      return undefined;
    case 'akool':
    case 'akool-mock':
      return 'akool';
    case 'a2e':
    case 'a2e-mock':
      return 'a2e';
    case 'heygen':
    case 'heygen-mock':
      return 'heygen';
    case 'liveavatar':
    case 'liveavatar-mock':
      return 'liveavatar';
  }
}

export function factsOf(service: DemoService): CompanyFacts {
  const company = companyOf(service);
  return company === undefined ? nobody : companies[company];
}

export function isMock(service: DemoService): boolean {
  return service.endsWith('-mock');
}
