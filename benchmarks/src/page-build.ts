/** A page over all four providers, as the README shows it, built by Vite: which scripts there are and what is in them. */

import { fileURLToPath } from 'node:url';
import { build, defaultClientConditions, type Rolldown } from 'vite';
import { gzipped } from './bundled';

export const PROVIDERS = ['agora', 'livekit', 'trtc', 'webrtc'] as const;
export type PageProvider = (typeof PROVIDERS)[number];

export const SDKS: Readonly<Record<PageProvider, string | undefined>> = {
  agora: 'agora-rtc-sdk-ng',
  livekit: 'livekit-client',
  trtc: 'trtc-sdk-v5',
  webrtc: undefined,
};

export interface Script {
  readonly path: string;
  readonly code: string;
  readonly gzippedBytes: number;
  /** Vendors' SDKs of which code is in it. */
  readonly sdks: readonly string[];
}

export const ENTRY = '/page.js';

/** With what `connect()` goes as far as loading the SDK; none of it leads anywhere. */
const credentials: Readonly<Record<PageProvider, object>> = {
  agora: { appId: '0'.repeat(32), channel: 'room', token: 'token', uid: 7 },
  livekit: { url: 'wss://livekit.invalid', token: 'token' },
  trtc: { sdkAppId: 1, room: 'room', userId: 'visitor', userSig: 'signature' },
  webrtc: {},
};
const signalling = "{ role: 'offerer', open() {}, sendDescription() {}, sendCandidate() {}, close() {} }";

const CODE = `
  import { createAvatarSession } from '@avatarwire/core';
  const credentials = ${JSON.stringify(credentials)};
  globalThis.connect = (provider) => createAvatarSession({
    transports: {
      agora: () => import('@avatarwire/agora').then(({ agora }) => agora()),
      livekit: () => import('@avatarwire/livekit').then(({ livekit }) => livekit()),
      trtc: () => import('@avatarwire/trtc').then(({ trtc }) => trtc()),
      webrtc: () => import('@avatarwire/webrtc').then(({ webrtc }) => webrtc({ signalling: ${signalling} })),
    },
    source: { provider, credentials: credentials[provider] },
  }).connect().catch(() => {});
`;

export async function buildPage(): Promise<readonly Script[]> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const page = `${root}page-under-test.ts`;
  const built = await build({
    configFile: false,
    root,
    logLevel: 'silent',
    resolve: { conditions: ['@avatarwire/source', ...defaultClientConditions] },
    plugins: [
      {
        name: 'page-under-test',
        enforce: 'pre',
        resolveId: (id) => (id === page ? id : undefined),
        load: (id) => (id === page ? CODE : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: { input: page, output: { entryFileNames: ENTRY.slice(1) } },
    },
  });
  if (!('output' in built)) throw new Error('Vite built more than one page.');
  return built.output.filter((file) => file.type === 'chunk').map(scriptOf);
}

function scriptOf({ fileName, code, moduleIds }: Rolldown.OutputChunk): Script {
  const sdks = Object.values(SDKS).filter(
    (sdk) => sdk !== undefined && moduleIds.some((id) => id.includes(`/node_modules/${sdk}/`)),
  );
  return {
    path: `/${fileName}`,
    code,
    gzippedBytes: gzipped(code),
    sdks: sdks.filter((sdk) => sdk !== undefined),
  };
}
