/**
 * What a page downloads for a conversation over LiveKit with our packages, and with those of others: their main session
 * class or function, bundled by the same bundler, with the real-time SDK that they bring and without it.
 */

import { fileURLToPath } from 'node:url';
import { bundled } from '../bundled';
import { folderOf, versionOf } from '../installed';
import { kilobytes, type Result, type Row } from '../report';

interface Subject {
  readonly code: string;
  /** Whose version is named. */
  readonly packages: readonly string[];
  readonly what: string;
}

const here = fileURLToPath(new URL('.', import.meta.url));
const SDK = 'livekit-client';
/** An application has it already. */
const FRAMEWORK = ['react', 'react-dom', 'react/jsx-runtime'];

const OURS: Subject = {
  packages: ['@avatarwire/core', '@avatarwire/livekit'],
  what: 'createAvatarSession with livekit()',
  code: `export { createAvatarSession } from '@avatarwire/core'; export { livekit } from '@avatarwire/livekit';`,
};

const PEERS: readonly Subject[] = [
  {
    packages: ['@heygen/liveavatar-web-sdk'],
    what: 'LiveAvatarSession',
    code: `export { LiveAvatarSession } from '@heygen/liveavatar-web-sdk';`,
  },
  {
    packages: ['@elevenlabs/client'],
    what: 'Conversation',
    code: `export { Conversation } from '@elevenlabs/client';`,
  },
  {
    packages: ['@d-id/client-sdk'],
    what: 'createAgentManager, LiveKit’s SDK inside its own files',
    code: `export { createAgentManager } from '@d-id/client-sdk';`,
  },
  {
    packages: ['@livekit/components-react'],
    what: 'useSession, useChat and useVoiceAssistant, without React',
    code: `export { useSession, useChat, useVoiceAssistant } from '@livekit/components-react';`,
  },
  {
    packages: ['@pipecat-ai/client-js'],
    what: 'PipecatClient, without any transport',
    code: `export { PipecatClient } from '@pipecat-ai/client-js';`,
  },
  {
    packages: ['@anam-ai/js-sdk'],
    what: 'createClient, over WebRTC by itself',
    code: `export { createClient } from '@anam-ai/js-sdk';`,
  },
];

/** Looked at on npm in November 2026. */
const NOT_MEASURED: readonly (readonly [name: string, why: string])[] = [
  [
    '@heygen/streaming-avatar 2.1.1',
    'published without its built files; protobufjs below it has an install script',
  ],
  ['simli-client 3.0.2', 'its entry requires a file that is not in the package'],
  ['@pipecat-ai/small-webrtc-transport 1.10.8', 'needs daily-js, which asks for Node 22.14'],
  ["AKOOL's", 'there is none on npm'],
];

export const peerSizes: Row = {
  name: 'peer-sizes',
  async run() {
    const own = await weigh(OURS);
    const results: Result[] = [
      { ...own.result, comparison: 'agora and trtc in their place: see package-sizes and page-downloads' },
    ];
    for (const peer of PEERS) {
      const { result, gzipped } = await weigh(peer);
      results.push({ ...result, comparison: `${(gzipped / own.gzipped).toFixed(2)}× ours with the SDK` });
    }
    for (const [what, why] of NOT_MEASURED)
      results.push({ what, target: '–', value: `not measured: ${why}`, comparison: '–' });
    return results;
  },
};

async function weigh({ packages, what, code }: Subject): Promise<{ result: Result; gzipped: number }> {
  const whole = await bundled(code, { from: here, without: FRAMEWORK });
  const alone = await bundled(code, { from: here, without: [...FRAMEWORK, SDK] });
  const brings = whole.gzipped === alone.gzipped ? '' : ` with ${SDK} ${sdkVersion(packages)}`;
  const without = brings === '' ? '' : `, ${kilobytes(alone.gzipped)} without`;
  return {
    gzipped: whole.gzipped,
    result: {
      what: `${packages.map((name) => `${name} ${versionOf(name, here)}`).join(' and ')}: ${what}`,
      target: '–',
      value: `${kilobytes(whole.gzipped)}${brings}${without}`,
      comparison: '–',
    },
  };
}

/** Of the SDK that the last of `packages` loads. */
function sdkVersion(packages: readonly string[]): string {
  const user = packages.at(-1);
  return versionOf(SDK, user === undefined ? here : folderOf(user, here));
}
