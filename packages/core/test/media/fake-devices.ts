/** A double of `navigator.mediaDevices`: hardware that is plugged in and out, taken away, refused, or slow to answer. */

import type { CapturedStream, MediaDevicesPort } from '../../src/media/index';

/** Counts its listeners, by type. */
export class CountedTarget extends EventTarget {
  readonly #counted = new Map<string, Set<EventListenerOrEventListenerObject>>();

  override addEventListener(type: string, listener: EventListenerOrEventListenerObject | null): void {
    super.addEventListener(type, listener);
    if (listener) this.#counted.set(type, (this.#counted.get(type) ?? new Set()).add(listener));
  }

  override removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null): void {
    super.removeEventListener(type, listener);
    if (listener) this.#counted.get(type)?.delete(listener);
  }

  get listeners(): number {
    return [...this.#counted.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

export class FakeTrack extends CountedTarget implements MediaStreamTrack {
  readonly id = crypto.randomUUID();
  readonly label = 'fake';
  readonly applied: MediaTrackConstraints[] = [];
  muted = false;
  contentHint = '';
  enabled = true;
  onended = null;
  onmute = null;
  onunmute = null;
  readyState: MediaStreamTrackState = 'live';

  constructor(
    readonly kind: 'audio' | 'video',
    readonly settings: MediaTrackSettings = {},
  ) {
    super();
  }

  async applyConstraints(constraints: MediaTrackConstraints = {}): Promise<void> {
    this.applied.push(constraints);
  }

  clone(): FakeTrack {
    return new FakeTrack(this.kind, this.settings);
  }

  getCapabilities(): MediaTrackCapabilities {
    return {};
  }

  getConstraints(): MediaTrackConstraints {
    return {};
  }

  getSettings(): MediaTrackSettings {
    return this.settings;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** As the browser does when the hardware is gone. */
  endByItself(): void {
    if (this.readyState === 'ended') return;
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }

  /** As the system does for a phone call. */
  interrupt(isMuted: boolean): void {
    this.muted = isMuted;
    this.dispatchEvent(new Event(isMuted ? 'mute' : 'unmute'));
  }
}

export interface Hardware {
  readonly id: string;
  readonly kind?: MediaDeviceKind;
  readonly group?: string;
  readonly label?: string;
  readonly facing?: string;
}

export class FakeDevices extends CountedTarget implements MediaDevicesPort {
  hardware: Hardware[] = [
    { id: 'mic-1' },
    { id: 'mic-2' },
    { id: 'cam-1', kind: 'videoinput', facing: 'user' },
    { id: 'cam-2', kind: 'videoinput', facing: 'environment' },
    { id: 'speaker-1', kind: 'audiooutput' },
  ];
  readonly asked: MediaStreamConstraints[] = [];
  readonly opened: FakeTrack[] = [];
  /** By the id of the device, or `any`. */
  readonly refusals = new Map<string, DOMException>();
  /** Of the device, before it answers. */
  answer: () => Promise<void> = async () => {};
  /** Whether labels and ids may be read. */
  isAllowed = true;
  /** As on a phone. */
  oneCamera = false;

  async getUserMedia(constraints: MediaStreamConstraints): Promise<CapturedStream> {
    this.asked.push(constraints);
    const { audio, video } = constraints;
    await this.answer();
    const refusal = this.refusals.get('any');
    if (refusal) throw refusal;
    const kind = audio ? 'audio' : 'video';
    const wanted = (audio || video) as MediaTrackConstraints;
    const { deviceId, facingMode } = wanted as { deviceId?: { exact: string }; facingMode?: string };
    const ofKind = this.hardware.filter(({ kind: one = 'audioinput' }) => one === `${kind}input`);
    if (ofKind.length === 0) throw new DOMException('Requested device not found', 'NotFoundError');
    const device = deviceId
      ? ofKind.find(({ id }) => id === deviceId.exact)
      : (ofKind.find(({ facing }) => facingMode && facing === facingMode) ?? ofKind[0]);
    if (!device) throw new DOMException('deviceId', 'OverconstrainedError');
    const refused = this.refusals.get(device.id);
    if (refused) throw refused;
    if (this.oneCamera && kind === 'video' && this.live('video').length > 0) {
      throw new DOMException('Could not start video source', 'NotReadableError');
    }
    this.isAllowed = true;
    return this.#open(new FakeTrack(kind, { deviceId: device.id }));
  }

  async getDisplayMedia(options: DisplayMediaStreamOptions): Promise<CapturedStream> {
    this.asked.push(options);
    await this.answer();
    const refusal = this.refusals.get('any');
    if (refusal) throw refusal;
    return this.#open(new FakeTrack('video', { deviceId: 'screen' }));
  }

  #open(track: FakeTrack): CapturedStream {
    this.opened.push(track);
    return { getTracks: () => [track] };
  }

  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    return this.hardware.map(({ id, kind = 'audioinput', label = `The ${id}`, group = `group of ${id}` }) => {
      const info = this.isAllowed
        ? { deviceId: id, label, groupId: group }
        : { deviceId: '', label: '', groupId: '' };
      return { ...info, kind, toJSON: () => info };
    });
  }

  /** Its tracks end, and the list changes. */
  unplug(id: string): void {
    this.hardware = this.hardware.filter((device) => device.id !== id);
    for (const track of this.opened) if (track.settings.deviceId === id) track.endByItself();
    this.dispatchEvent(new Event('devicechange'));
  }

  plugIn(...hardware: Hardware[]): void {
    this.hardware = [...this.hardware, ...hardware];
    this.dispatchEvent(new Event('devicechange'));
  }

  live(kind: 'audio' | 'video'): FakeTrack[] {
    return this.opened.filter((track) => track.kind === kind && track.readyState === 'live');
  }

  /** Of the list, and of every track that was ever opened. */
  get allListeners(): number {
    return this.opened.reduce((sum, { listeners }) => sum + listeners, this.listeners);
  }
}
