import type { AkoolKeys } from './akool/akool-access';

/** What the mock services take as keys. None of them is a secret: they open nothing else. */
export interface MockKeys {
  readonly akool: AkoolKeys;
  /** A2E's API token. */
  readonly a2e: string;
  /** HeyGen's `X-Api-Key`. */
  readonly heygen: string;
  /** LiveAvatar's `X-API-KEY`. */
  readonly liveavatar: string;
  /** The model's bearer key. */
  readonly model: string;
}

export function mockKeys(chosen: Partial<MockKeys> = {}): MockKeys {
  return {
    akool: { apiKey: 'mock-akool-key', clientId: 'mock-akool-client', clientSecret: 'mock-akool-secret' },
    a2e: 'mock-a2e-token',
    heygen: 'mock-heygen-key',
    liveavatar: 'mock-liveavatar-key',
    model: 'mock-model-key',
    ...chosen,
  };
}
