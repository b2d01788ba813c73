import type { Clock } from '@avatarwire/core';
import type { Random } from '../../random';
import { type Fields, fieldsOf, isText, isWhole, type Route } from '../call';
import { hex } from '../names';
import { refusal, success } from './akool-answers';
import { type AkoolAvatar, akoolAvatar } from './akool-catalogue';
import type { AkoolSettings } from './akool-settings';

export type UploadStatus = 1 | 2 | 3 | 4;

interface Upload {
  readonly id: string;
  readonly avatar: AkoolAvatar;
  readonly at: number;
  readonly createTime: number;
  failed: boolean;
}

export interface AkoolUploads {
  readonly routes: readonly Route[];
  /** Also those that are not done: a session with one of them is refused. */
  find(avatarId: string): AkoolAvatar | undefined;
  /** Only those that are done. */
  readonly done: readonly AkoolAvatar[];
  /** Undefined for what was not uploaded. */
  statusOf(avatarId: string): UploadStatus | undefined;
  /** The upload comes to nothing: status 4. */
  fail(avatarId: string): void;
}

const MOST_UPLOADS = 1_000;

/** @param isTaken whether the service has an avatar of that id already */
export function createAkoolUploads(
  clock: Clock,
  random: Random,
  settings: AkoolSettings,
  isTaken: (id: string) => boolean,
): AkoolUploads {
  const uploads = new Map<string, Upload>();

  function statusOf({ at, failed }: Upload): UploadStatus {
    if (failed) return 4;
    const steps = Math.floor((clock.now() - at) / Math.max(1, settings.uploadStepMs));
    return steps === 0 ? 1 : steps === 1 ? 2 : 3;
  }
  const shown = (upload: Upload): Fields => {
    const { available: _, ...avatar } = upload.avatar;
    return {
      _id: upload.id,
      uid: 1_001,
      ...avatar,
      status: statusOf(upload),
      create_time: upload.createTime,
    };
  };

  return {
    routes: [
      {
        name: 'avatar.upload',
        method: 'POST',
        path: '/api/open/v3/avatar/create',
        handle(call) {
          const { url, avatar_id, name, type, url_from } = fieldsOf(call);
          if (!isText(url) || !URL.canParse(url) || !isText(name) || type !== 2 || !isWhole(url_from, 1, 2))
            throw refusal(1_003);
          if (!isText(avatar_id) || !/^[a-z\d]{1,100}$/i.test(avatar_id)) throw refusal(1_003);
          if (isTaken(avatar_id) || uploads.has(avatar_id)) throw refusal(1_222);
          if (uploads.size >= MOST_UPLOADS) throw refusal(1_223);
          const upload: Upload = {
            id: hex(random, 24),
            avatar: akoolAvatar(avatar_id, { name, url, from: 3 }),
            at: clock.now(),
            createTime: clock.wallNow(),
            failed: false,
          };
          uploads.set(avatar_id, upload);
          return success(shown(upload));
        },
      },
      {
        name: 'avatar.upload-state',
        method: 'GET',
        path: '/api/open/v3/avatar/detail',
        handle({ query }) {
          // The reference names no parameter: the record's id and the avatar's are both taken.
          const wanted = query.get('id') ?? query.get('avatar_id');
          if (!isText(wanted)) throw refusal(1_003);
          const found = uploads.get(wanted) ?? [...uploads.values()].find(({ id }) => id === wanted);
          if (!found) throw refusal(1_008);
          return success(shown(found));
        },
      },
    ],
    find: (avatarId) => uploads.get(avatarId)?.avatar,
    get done() {
      return [...uploads.values()].filter((upload) => statusOf(upload) === 3).map(({ avatar }) => avatar);
    },
    statusOf(avatarId) {
      const upload = uploads.get(avatarId);
      return upload && statusOf(upload);
    },
    fail(avatarId) {
      const upload = uploads.get(avatarId);
      if (upload) upload.failed = true;
    },
  };
}
