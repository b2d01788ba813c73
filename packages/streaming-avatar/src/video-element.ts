import { AvatarError } from '@avatarwire/core';

/** @throws AvatarError `invalid-argument` when there is no such element; `unsupported` where there is no page */
export function findElement(elementOrId: HTMLElement | string | undefined): HTMLElement {
  if (typeof document === 'undefined') throw new AvatarError('unsupported', 'StreamingAvatar needs a page.');
  const found = typeof elementOrId === 'string' ? document.getElementById(elementOrId) : elementOrId;
  if (found?.nodeType === Node.ELEMENT_NODE) return found;
  const wanted = typeof elementOrId === 'string' ? `"${elementOrId}" is the id of nothing in this page` : '';
  throw new AvatarError(
    'invalid-argument',
    `The avatar needs a <video> or a container: its id, or the element. ${wanted}`.trim(),
  );
}

export function isVideo(element: HTMLElement): element is HTMLVideoElement {
  return element.localName === 'video';
}

/** As wide and high as its container. */
export function buildVideo(container: HTMLElement): HTMLVideoElement {
  const video = container.ownerDocument.createElement('video');
  video.autoplay = true;
  video.playsInline = true;
  Object.assign(video.style, { display: 'block', width: '100%', height: '100%', objectFit: 'contain' });
  container.append(video);
  return video;
}
