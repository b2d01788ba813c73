/** What of a leg arrives. No message says muted, so the bytes are looked at. */

import type { SeenTrack } from '@avatarwire/conformance';
import type { RawTab, SeenLeg } from './raw-tab';

const SILENT_MS = 400;

interface Count {
  bytes: number;
  grewAt: number;
}

const counts = new WeakMap<RTCPeerConnection, Count>();

export async function seenBy(tab: RawTab | undefined): Promise<SeenTrack[]> {
  const seen: SeenTrack[] = [];
  for (const { source, peer } of tab?.seen.values() ?? []) {
    const isSilent = await look(peer);
    const track = peer.getReceivers()[0]?.track;
    if (isSilent === undefined || track === undefined) continue;
    seen.push({ kind: kindOf(source), source, muted: isSilent, track });
  }
  return seen;
}

/** Undefined until something arrived, or nothing did for long enough. */
async function look(peer: RTCPeerConnection): Promise<boolean | undefined> {
  let bytes = 0;
  for (const entry of (await peer.getStats()).values())
    if (entry.type === 'inbound-rtp') bytes += entry.bytesReceived;
  const now = performance.now();
  const count = counts.get(peer) ?? { bytes: 0, grewAt: now };
  counts.set(peer, count);
  if (bytes > count.bytes) Object.assign(count, { bytes, grewAt: now });
  const isSilent = now - count.grewAt > SILENT_MS;
  return count.bytes > 0 || (isSilent && peer.connectionState === 'connected') ? isSilent : undefined;
}

export async function proveMedia(track: MediaStreamTrack): Promise<void> {
  if (track.kind === 'audio') {
    // Muted until the first packet of it has come.
    if (track.muted)
      await new Promise((resolve) => track.addEventListener('unmute', resolve, { once: true }));
    return;
  }
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  await video.play();
  await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  video.srcObject = null;
}

const kindOf = (source: SeenLeg['source']) => (source === 'microphone' ? 'audio' : 'video');
