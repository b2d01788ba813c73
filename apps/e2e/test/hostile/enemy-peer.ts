/** The far end of a real peer connection, driven by hand: it sends whatever a test tells it to. */

import { createLoopbackSignalling } from '@avatarwire/webrtc';

export interface EnemyPeer {
  /** The visitor's end of the signalling. */
  readonly signalling: ReturnType<typeof createLoopbackSignalling>['local'];
  /** Resolves when the visitor's channel is open. */
  readonly open: Promise<RTCDataChannel>;
  readonly channel: () => RTCDataChannel;
  close(): void;
}

export function enemyPeer(): EnemyPeer {
  const { local, remote } = createLoopbackSignalling();
  const connection = new RTCPeerConnection();
  const { signal } = new AbortController();
  let channel: RTCDataChannel | undefined;
  const open = new Promise<RTCDataChannel>((resolve) => {
    connection.ondatachannel = (opened) => {
      channel = opened.channel;
      resolve(opened.channel);
    };
  });
  connection.onicecandidate = ({ candidate }) =>
    void remote.sendCandidate(candidate?.toJSON() ?? null, { signal });
  let line: Promise<unknown> = Promise.resolve();
  const inLine = (step: () => Promise<unknown>) => {
    line = line.then(step);
  };
  void remote.open(
    {
      description: (description) =>
        inLine(async () => {
          await connection.setRemoteDescription(description);
          await connection.setLocalDescription();
          const { sdp = '' } = connection.localDescription ?? {};
          await remote.sendDescription({ type: 'answer', sdp }, { signal });
        }),
      candidate: (candidate) => inLine(() => connection.addIceCandidate(candidate ?? undefined)),
      ended() {},
      failed() {},
    },
    { signal },
  );
  return {
    signalling: local,
    open,
    channel() {
      if (channel === undefined) throw new Error('the channel is not open yet');
      return channel;
    },
    close: () => connection.close(),
  };
}
