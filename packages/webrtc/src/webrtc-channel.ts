/** The data channel of one connection: opened here, made at both ends, or waited for. */

import { isWanted, toBytes } from './webrtc-events';
import { type ChannelOptions, DEFAULT_LABEL } from './webrtc-options';
import { type DataChannelPort, listenToChannel, listenToPeer, type PeerConnectionPort } from './webrtc-sdk';

export interface ChannelEvents {
  onOpen(channel: DataChannelPort): void;
  onMessage(data: Uint8Array): void;
  /** Not by us. With the error that it reported before, if it did. */
  onClosed(error: unknown): void;
}

/** Part of what the first offer speaks of: before it. Returns what closes the channel and takes every listener away. */
export function openChannel(
  peer: PeerConnectionPort,
  options: ChannelOptions,
  offers: boolean,
  { onOpen, onMessage, onClosed }: ChannelEvents,
): () => void {
  const undos: (() => void)[] = [];
  let used: DataChannelPort | undefined;

  function use(channel: DataChannelPort): void {
    let reported: unknown;
    used = channel;
    channel.binaryType = 'arraybuffer';
    undos.push(
      listenToChannel(channel, 'open', () => onOpen(channel)),
      listenToChannel(channel, 'message', (event) => {
        const data = toBytes(event.data);
        if (data) onMessage(data);
      }),
      listenToChannel(channel, 'error', ({ error }) => {
        reported = error;
      }),
      listenToChannel(channel, 'close', () => onClosed(reported)),
    );
    // One that the other end opened is open already.
    if (channel.readyState === 'open') onOpen(channel);
  }

  const label = options.label ?? DEFAULT_LABEL;
  if (options.negotiated) use(peer.createDataChannel(label, { negotiated: true, id: options.id }));
  else if ((options.openedBy ?? (offers ? 'local' : 'remote')) === 'local')
    use(peer.createDataChannel(label, {}));
  else
    undos.push(
      listenToPeer(peer, 'datachannel', ({ channel }) => {
        if (!used && isWanted(channel, options.label)) use(channel);
      }),
    );

  return () => {
    for (const undo of undos) undo();
    used?.close();
  };
}
