/** Which arguments the SDK refuses, with which code. Each row is asked of the real SDK and of the double. */

import { who } from './claim-tools';

type Row = readonly [
  what: string,
  call: string,
  values: readonly unknown[],
  extraCode: number,
  code?: number,
];

const buffer = (bytes: number) => new ArrayBuffer(bytes);
const room = { ...who, strRoomId: undefined };

export const refusedArguments: readonly Row[] = [
  ['no config', 'enterRoom', [], 5001],
  ['a number for a config', 'enterRoom', [1], 5002],
  ['null for a config', 'enterRoom', [null], 5002],
  ['a list for a config', 'enterRoom', [[]], 5002],
  ['no sdkAppId', 'enterRoom', [{ ...who, sdkAppId: undefined }], 5001],
  ['a sdkAppId that is text', 'enterRoom', [{ ...who, sdkAppId: '1' }], 5002],
  ['a sdkAppId that is null', 'enterRoom', [{ ...who, sdkAppId: null }], 5002],
  ['a sdkAppId of 0', 'enterRoom', [{ ...who, sdkAppId: 0 }], 5003],
  ['no userId', 'enterRoom', [{ ...who, userId: undefined }], 5001],
  ['a userId that is a number', 'enterRoom', [{ ...who, userId: 1 }], 5002],
  ['a blank userId', 'enterRoom', [{ ...who, userId: ' ' }], 5003],
  ['no userSig', 'enterRoom', [{ ...who, userSig: undefined }], 5001],
  ['an empty userSig', 'enterRoom', [{ ...who, userSig: '' }], 5003],
  ['the sdkAppId before the userId', 'enterRoom', [{ ...who, sdkAppId: '1', userId: '' }], 5002],
  ['an unknown scene', 'enterRoom', [{ ...who, scene: 'chat' }], 5005],
  ['an unknown role', 'enterRoom', [{ ...who, role: 'host' }], 5005],
  ['a roomId that is text', 'enterRoom', [{ ...who, roomId: '1' }], 5016],
  ['a negative roomId', 'enterRoom', [{ ...who, roomId: -1 }], 5013],
  ['half a roomId', 'enterRoom', [{ ...who, roomId: 1.5 }], 5013],
  ['a roomId of 4294967295', 'enterRoom', [{ ...who, roomId: 4_294_967_295 }], 5013],
  ['no room', 'enterRoom', [room], 5015],
  ['a roomId of 0 as no room', 'enterRoom', [{ ...room, roomId: 0 }], 5015],
  ['an empty strRoomId as no room', 'enterRoom', [{ ...who, strRoomId: '' }], 5015],
  ['a slash in strRoomId', 'enterRoom', [{ ...who, strRoomId: 'a/b' }], 5012],
  ['a letter of no English in strRoomId', 'enterRoom', [{ ...who, strRoomId: 'é' }], 5012],
  ['a quote in strRoomId', 'enterRoom', [{ ...who, strRoomId: '"' }], 5012],
  ['a strRoomId of 65 letters', 'enterRoom', [{ ...who, strRoomId: 'x'.repeat(65) }], 5012],
  ['a strRoomId that is a number', 'enterRoom', [{ ...who, strRoomId: 1 }], 5002],
  ['no message', 'sendCustomMessage', [], 5001],
  ['no cmdId', 'sendCustomMessage', [{ data: buffer(1) }], 5001],
  ['a cmdId that is text', 'sendCustomMessage', [{ cmdId: '1', data: buffer(1) }], 5002],
  ['a cmdId of 0', 'sendCustomMessage', [{ cmdId: 0, data: buffer(1) }], 5007],
  ['a cmdId of 11', 'sendCustomMessage', [{ cmdId: 11, data: buffer(1) }], 5008],
  ['no data', 'sendCustomMessage', [{ cmdId: 1 }], 5001],
  ['text for data', 'sendCustomMessage', [{ cmdId: 1, data: 'x' }], 5004],
  ['a typed array for data', 'sendCustomMessage', [{ cmdId: 1, data: new Uint8Array(1) }], 5004],
  ['empty data', 'sendCustomMessage', [{ cmdId: 1, data: buffer(0) }], 5017],
  ['1,001 bytes', 'sendCustomMessage', [{ cmdId: 1, data: buffer(1_001) }], 5018],
  ['1,000 bytes outside a room', 'sendCustomMessage', [{ cmdId: 1, data: buffer(1_000) }], 5101, 5100],
  [
    'a cmdId of 1.5 only for want of a room',
    'sendCustomMessage',
    [{ cmdId: 1.5, data: buffer(1) }],
    5101,
    5100,
  ],
  ['no userId', 'startRemoteVideo', [{ streamType: 'main' }], 5001],
  ['no streamType', 'startRemoteVideo', [{ userId: 'bob' }], 5001],
  ['an unknown streamType', 'startRemoteVideo', [{ userId: 'bob', streamType: 'big' }], 5005],
  ['a picture outside a room', 'startRemoteVideo', [{ userId: 'bob', streamType: 'main' }], 5101, 5100],
  ['one user without a streamType', 'stopRemoteVideo', [{ userId: 'bob' }], 5014],
  ['no word on whether to mute', 'muteRemoteAudio', ['bob'], 5001],
  ['a number for whether to mute', 'muteRemoteAudio', ['bob', 1], 5002],
  ['no track but a number', 'startLocalAudio', [{ option: { audioTrack: 1 } }], 5004],
  ['a mute that is a word', 'startLocalAudio', [{ mute: 'x' }], 5005],
  ['a publish that is a number', 'startLocalAudio', [{ publish: 1 }], 5002],
  ['nothing to update', 'updateLocalAudio', [], 5001],
  ['no track but a number', 'startLocalVideo', [{ option: { videoTrack: 1 } }], 5004],
  ['no track but a number', 'startScreenShare', [{ option: { videoTrack: 1 } }], 5004],
  ['an unknown role', 'switchRole', ['host'], 5005],
  ['a role outside a room', 'switchRole', ['anchor'], 5101, 5100],
];

/** These throw where the others reject. */
export const thrownArguments: readonly Row[] = [
  ['no user', 'setRemoteAudioVolume', [], 5001],
  ['a volume that is text', 'setRemoteAudioVolume', ['bob', '1'], 5002],
  ['a volume below 0', 'setRemoteAudioVolume', ['bob', -1], 5007],
];

export const acceptedArguments: readonly (readonly [
  what: string,
  call: string,
  values: readonly unknown[],
])[] = [
  ['a volume above 100', 'setRemoteAudioVolume', ['bob', 200]],
  ['everybody, in no room', 'stopRemoteVideo', [{ userId: '*' }]],
  ['one user, in no room', 'stopRemoteVideo', [{ userId: 'bob', streamType: 'main' }]],
  ['a user to mute, in no room', 'muteRemoteAudio', ['bob', true]],
];
