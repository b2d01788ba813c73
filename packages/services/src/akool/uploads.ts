import { AvatarError } from '@avatarwire/core';
import * as v from 'valibot';
import type { AvatarServiceServer, AvatarUpload, AvatarUploadRequest } from '../contract';
import { orUndefined } from '../http/or-undefined';
import { checkId } from '../sessions/ref';
import { isNone } from './codes';
import type { AkoolLine } from './send';

type Uploads = Required<Pick<AvatarServiceServer, 'uploadAvatar' | 'uploadedAvatar'>>;

const STATES = { 1: 'queued', 2: 'processing', 3: 'done', 4: 'failed' } as const;

const answer = (avatarId: string) =>
  v.pipe(
    v.object({ status: v.fallback(v.optional(v.picklist([1, 2, 3, 4])), undefined) }),
    v.transform(
      ({ status }): AvatarUpload => ({ avatarId, state: status === undefined ? 'unknown' : STATES[status] }),
    ),
  );

/** The kind of avatar that can be talked with. */
const STREAMING = 2;
const URL_FROM = { direct: 1, platform: 2 } as const;

export function createUploads(service: string, send: AkoolLine): Uploads {
  return {
    async uploadAvatar(upload, options) {
      const body = uploadBody(service, upload);
      return send({
        what: 'upload avatar',
        method: 'POST',
        path: '/api/open/v3/avatar/create',
        body,
        repeat: 'unsent',
        answer: answer(upload.avatarId),
        signal: options?.signal,
      });
    },
    async uploadedAvatar(avatarId, options) {
      const avatar_id = checkId(service, 'avatarId', avatarId);
      const asked = send({
        what: 'state of an upload',
        method: 'GET',
        // No document that we know names the parameter.
        path: '/api/open/v3/avatar/detail',
        query: { avatar_id },
        repeat: 'safe',
        answer: answer(avatarId),
        signal: options?.signal,
      });
      return orUndefined(asked, isNone);
    },
  };
}

function uploadBody(service: string, upload: AvatarUploadRequest) {
  const { url, avatarId, name, source = 'direct' } = upload;
  const refuse = (field: string, wanted: string) =>
    new AvatarError('invalid-argument', `upload.${field} must be ${wanted}.`, { service });
  if (typeof url !== 'string' || !URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw refuse('url', 'an https: address');
  }
  if (typeof avatarId !== 'string' || !/^[A-Za-z0-9]{1,64}$/.test(avatarId)) {
    throw refuse('avatarId', '1 to 64 letters and digits');
  }
  if (typeof name !== 'string' || name === '' || name.length > 256) {
    throw refuse('name', 'a string of 1 to 256 characters');
  }
  if (!Object.hasOwn(URL_FROM, source)) throw refuse('source', 'direct or platform');
  return { url, avatar_id: avatarId, name, type: STREAMING, url_from: URL_FROM[source] };
}
