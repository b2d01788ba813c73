/** Which devices of one kind there are and whether they are allowed, followed while somebody wants to know. */

import type { DevicePermission } from '../local-media';
import { type DeviceList, NO_DEVICES, tidyDevices } from './device-list';
import type { MediaDevicesPort } from './media-devices';

export interface DeviceWatch {
  readonly list: DeviceList;
  readonly permission: DevicePermission;
  /** Follows them until the function returned is called. */
  watch(): () => void;
  /** The same, while a device is on. What was known stays known. */
  observe(isOn: boolean): void;
  /** Reads both now: browsers do not tell that labels can be read once a device was allowed. */
  refresh(): Promise<void>;
}

export interface DeviceWatchOptions {
  readonly kind: MediaDeviceKind;
  /** Undefined where none is asked for. */
  readonly permission?: string;
  devices(): MediaDevicesPort | undefined;
  /** @param before the list until now: another object where it reads otherwise */
  changed(before: DeviceList): void;
}

export function watchDevices({ kind, permission: name, devices, changed }: DeviceWatchOptions): DeviceWatch {
  const watchers = new Set<object>();
  let list = NO_DEVICES;
  let permission: DevicePermission = 'unknown';
  let observed: MediaDevicesPort | undefined;
  let asking: Promise<PermissionStatus | undefined> | undefined;
  let status: PermissionStatus | undefined;
  let asked = 0;
  let answer = 0;

  async function refresh(): Promise<void> {
    const from = observed;
    asked += 1;
    const mine = asked;
    asking ??= askPermission(name);
    const [infos, answered] = await Promise.all([from?.enumerateDevices().catch(() => undefined), asking]);
    if (from === undefined || from !== observed || mine < answer) return;
    answer = mine;
    if (status === undefined) {
      status = answered;
      status?.addEventListener('change', listChanged);
    }
    permission = status?.state ?? 'unknown';
    const next = infos ? tidyDevices(infos, kind) : NO_DEVICES;
    // A list that reads the same is the same.
    const before = list;
    if (JSON.stringify(next) !== JSON.stringify(list)) list = next;
    changed(before);
  }

  /** Also with the permission, which takes away the labels when it goes. */
  const listChanged = () => void refresh();

  function follow(watcher: object, isWatching: boolean): void {
    if (isWatching) watchers.add(watcher);
    else watchers.delete(watcher);
    if (watchers.size > 0) {
      if (observed) return;
      observed = devices();
      observed?.addEventListener('devicechange', listChanged);
      if (observed) listChanged();
      return;
    }
    observed?.removeEventListener('devicechange', listChanged);
    status?.removeEventListener('change', listChanged);
    observed = status = asking = undefined;
  }

  return {
    get list() {
      return list;
    },
    get permission() {
      return permission;
    },
    watch() {
      const one = {};
      follow(one, true);
      return () => follow(one, false);
    },
    observe: (isOn) => follow(watchers, isOn),
    refresh,
  };
}

/** Browsers that do not know the name throw, as Firefox long did; there is nobody to ask in Node. */
async function askPermission(name: string | undefined): Promise<PermissionStatus | undefined> {
  try {
    return (
      (name && (await globalThis.navigator.permissions.query({ name: name as PermissionName }))) || undefined
    );
  } catch {
    return undefined;
  }
}
