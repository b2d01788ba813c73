/** The script for a page without a bundler: two globals, and the adapters in files beside it. */

import { AvatarError, type AvatarTransport, type Provider } from '@avatarwire/core';
import { StreamEvents, StreamingAvatar, type StreamingAvatarOptions } from '../index';
import type { MakeTransport } from './hand-over';
import { type ChunkFile, findOwnScript, loadChunk } from './load-chunk';

/** Put in by the build. */
declare const CHUNKS: { readonly [P in 'agora' | 'livekit' | 'trtc']: ChunkFile<P> };

const own = findOwnScript();

/** Downloads the adapter, and with it the vendor's SDK, when it is first needed; what failed is tried again. */
function besideTheScript<P extends Provider>(chunk: ChunkFile<P>): () => Promise<AvatarTransport<P>> {
  let loading: Promise<MakeTransport<P>> | undefined;

  return async () => {
    if (own === undefined) {
      throw new AvatarError(
        'sdk-missing',
        'The adapters stand beside the script. Load it by <script src>, not as a module, or give options.transports.',
      );
    }
    loading ??= loadChunk(chunk, own);
    try {
      return (await loading)();
    } catch (error) {
      loading = undefined;
      throw error;
    }
  };
}

const adapters = {
  agora: besideTheScript(CHUNKS.agora),
  livekit: besideTheScript(CHUNKS.livekit),
  trtc: besideTheScript(CHUNKS.trtc),
};

/** Needs no options here. Adapters that are given take the place of those beside the script. */
class StreamingAvatarFromScript extends StreamingAvatar {
  constructor(options: Partial<StreamingAvatarOptions> = {}) {
    super({ ...options, transports: { ...adapters, ...options.transports } });
  }
}

Object.assign(globalThis, { StreamingAvatar: StreamingAvatarFromScript, StreamEvents });
