/** A real RTCPeerConnection under the adapter, with a count of listeners and a hand on its channel's `send`. */

export interface NearConnection {
  make(configuration: RTCConfiguration): RTCPeerConnection;
  readonly connection: RTCPeerConnection | undefined;
  readonly channel: RTCDataChannel | undefined;
  /** Listeners on the connection, its channels and its remote tracks. */
  readonly listenerCount: number;
  /** What the channel was called with. */
  readonly handedOver: Uint8Array[];
  failNextSend(): void;
  /** Of the picture that is sent, in bits a second, as the browser has it. */
  readonly sentAtMost: number | undefined;
  /** Calls that give a sender a track, or take one from it. */
  readonly publishCalls: number;
  failNextPublish(): void;
  /** Fills the channel's buffer, past the adapter. */
  stuff(bytes: number): void;
  /** Adds a listener that is not counted; the function returned says whether it is still there. */
  addForeign(): () => boolean;
}

export function createNearConnection(): NearConnection {
  const uncounted = EventTarget.prototype.addEventListener;
  const handedOver: Uint8Array[] = [];
  let listenerCount = 0;
  let failNext = false;
  let publishCalls = 0;
  let failNextTrack = false;
  let connection: RTCPeerConnection | undefined;
  let channel: RTCDataChannel | undefined;

  function count(target: EventTarget): void {
    const known = new Set<string>();
    const ids = new Map<unknown, number>();
    const idOf = (listener: unknown) => {
      if (!ids.has(listener)) ids.set(listener, ids.size);
      return ids.get(listener);
    };
    target.addEventListener = (type: string, listener: EventListenerOrEventListenerObject | null) => {
      uncounted.call(target, type, listener);
      const key = `${type} ${idOf(listener)}`;
      if (!known.has(key)) listenerCount += 1;
      known.add(key);
    };
    target.removeEventListener = (type: string, listener: EventListenerOrEventListenerObject | null) => {
      EventTarget.prototype.removeEventListener.call(target, type, listener);
      if (known.delete(`${type} ${idOf(listener)}`)) listenerCount -= 1;
    };
  }

  function watch(watched: RTCDataChannel): RTCDataChannel {
    channel = watched;
    count(watched);
    watched.send = (data: string | Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>) => {
      if (failNext) {
        failNext = false;
        throw new DOMException('The buffer is full.', 'OperationError');
      }
      if (!ArrayBuffer.isView(data)) throw new TypeError('The adapter sends views only.');
      handedOver.push(new Uint8Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)));
      RTCDataChannel.prototype.send.call(watched, data);
    };
    return watched;
  }

  return {
    make(configuration) {
      const made = new RTCPeerConnection(configuration);
      connection = made;
      // Before the adapter's own, so that they are watched when it sees them.
      uncounted.call(made, 'datachannel', (event) => watch((event as RTCDataChannelEvent).channel));
      uncounted.call(made, 'track', (event) => {
        const { track } = event as Event & Partial<RTCTrackEvent>;
        if (track && !Object.hasOwn(track, 'addEventListener')) count(track);
      });
      count(made);
      made.createDataChannel = (label, init) =>
        watch(RTCPeerConnection.prototype.createDataChannel.call(made, label, init));
      made.addTransceiver = (kind, init) => {
        const transceiver = RTCPeerConnection.prototype.addTransceiver.call(made, kind, init);
        const { sender } = transceiver;
        sender.replaceTrack = async (track) => {
          publishCalls += 1;
          if (failNextTrack) {
            failNextTrack = false;
            throw new DOMException('No encoder is left.', 'InvalidModificationError');
          }
          await RTCRtpSender.prototype.replaceTrack.call(sender, track);
        };
        return transceiver;
      };
      return made;
    },
    get connection() {
      return connection;
    },
    get channel() {
      return channel;
    },
    get listenerCount() {
      return listenerCount;
    },
    handedOver,
    failNextSend() {
      failNext = true;
    },
    get sentAtMost() {
      const sender = connection?.getSenders().find(({ track }) => track?.kind === 'video');
      return sender?.getParameters().encodings[0]?.maxBitrate;
    },
    get publishCalls() {
      return publishCalls;
    },
    failNextPublish() {
      failNextTrack = true;
    },
    stuff(bytes) {
      const piece = new Uint8Array(65_536);
      for (let left = bytes; channel && left > 0; left -= piece.length)
        RTCDataChannel.prototype.send.call(channel, piece);
    },
    addForeign() {
      let heard = 0;
      const target = connection;
      if (target) uncounted.call(target, 'connectionstatechange', () => (heard += 1));
      return () => {
        const before = heard;
        target?.dispatchEvent(new Event('connectionstatechange'));
        return heard === before + 1;
      };
    },
  };
}
