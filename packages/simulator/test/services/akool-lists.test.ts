import { describe, expect, test } from 'vitest';
import { akoolCalls, at, start } from './stage';

const AVATAR_FIELDS = [
  'name',
  'type',
  'from',
  'gender',
  'url',
  'avatar_id',
  'voice_id',
  'thumbnailUrl',
  'available',
];

describe('AKOOL’s lists over real HTTP', () => {
  test('avatars have the documented fields, in pages of at most 100', async () => {
    const { mock } = await start();
    const { call } = akoolCalls(mock);
    const list = await call('/v4/liveAvatar/avatar/list?page=1&size=100');
    const avatars = at(list.body, 'data.result') as object[];
    expect(avatars.map((avatar) => Object.keys(avatar))).toEqual(avatars.map(() => AVATAR_FIELDS));
    expect(avatars[0]).toMatchObject({ avatar_id: 'dvp_Tristan_cloth2_1080P', from: 2, available: true });
    expect((await call('/v4/liveAvatar/avatar/list?size=101')).body).toMatchObject({ code: 1003 });

    const detail = '/v4/liveAvatar/avatar/detail';
    expect(at((await call(`${detail}?avatar_id=dvp_Tristan_cloth2_1080P`)).body, 'data')).toEqual(avatars[0]);
    expect((await call(detail)).body).toMatchObject({ code: 1003 });
    expect((await call(`${detail}?avatar_id=nobody`)).body).toMatchObject({ code: 1008 });
  });

  test('an avatar of one’s own is queued, processed, and then talked with', async () => {
    const { mock, clock } = await start({ akool: { uploadStepMs: 1_000 } });
    const { call, create } = akoolCalls(mock);
    const upload = {
      url: 'https://example.com/me.mp4',
      avatar_id: 'Me7',
      name: 'Me',
      type: 2,
      url_from: 1,
    };
    const created = await call('/v3/avatar/create', upload);
    expect(created.body).toMatchObject({ code: 1000, data: { avatar_id: 'Me7', from: 3, status: 1 } });
    const status = async (query: string) =>
      at((await call(`/v3/avatar/detail?${query}`)).body, 'data.status');
    const id = String(at(created.body, 'data._id'));

    expect(await status(`id=${id}`)).toBe(1);
    expect((await create({ avatar_id: 'Me7' })).body).toMatchObject({ code: 1214 });
    await clock.advance(1_000);
    expect(await status(`id=${id}`)).toBe(2);
    await clock.advance(1_000);
    expect(await status('avatar_id=Me7')).toBe(3);
    expect((await create({ avatar_id: 'Me7' })).body).toMatchObject({ code: 1000 });
    expect(JSON.stringify((await call('/v4/liveAvatar/avatar/list?size=100')).body)).toContain('"Me7"');

    expect((await call('/v3/avatar/create', upload)).body).toMatchObject({ code: 1222 });
    expect((await call('/v3/avatar/detail?id=nobody')).body).toMatchObject({ code: 1008 });
  });

  test('an upload that fails has status 4, and no session', async () => {
    const { mock } = await start();
    const { call, create } = akoolCalls(mock);
    await call('/v3/avatar/create', {
      url: 'https://e.com/x',
      avatar_id: 'Bad',
      name: 'x',
      type: 2,
      url_from: 2,
    });
    mock.akool.failUpload('Bad');
    expect((await call('/v3/avatar/detail?avatar_id=Bad')).body).toMatchObject({ data: { status: 4 } });
    expect((await create({ avatar_id: 'Bad' })).body).toMatchObject({ code: 1220 });
  });

  test.each([
    ['an id with other signs', { avatar_id: 'a_b' }],
    ['no name', { name: '' }],
    ['another type', { type: 1 }],
    ['an address that is none', { url: 'nowhere' }],
    ['a source that is not there', { url_from: 3 }],
  ])('an upload with %s is refused with 1003', async (_, more) => {
    const { mock } = await start();
    const upload = { url: 'https://e.com/x', avatar_id: 'Fine', name: 'x', type: 2, url_from: 1, ...more };
    expect((await akoolCalls(mock).call('/v3/avatar/create', upload)).body).toMatchObject({ code: 1003 });
  });

  test('voices are chosen by kind and by whether they stream; clones carry more', async () => {
    const { mock } = await start();
    const { call } = akoolCalls(mock);
    const voices = async (query: string) =>
      at((await call(`/v4/voice/list${query}`)).body, 'data.result') as { support_stream: boolean }[];
    const clones = await voices('?support_stream=1&type=1');
    expect(clones).toHaveLength(1);
    for (const name of ['uid', 'create_time', 'duration', 'status']) expect(clones[0]).toHaveProperty(name);
    const stock = await voices('?support_stream=1&type=2');
    expect(stock.length).toBeGreaterThan(0);
    expect(stock.every(({ support_stream }) => support_stream)).toBe(true);
    expect(await voices('')).toHaveLength(4);
    expect(Object.keys(stock[0] ?? {})).toEqual(
      '_id voice_id support_stream style scenario age gender name preview text locale language voice_model_name'.split(
        ' ',
      ),
    );
    expect((await call('/v4/voice/list?type=3')).body).toMatchObject({ code: 1003 });
    expect((await call('/v3/voice/list')).body).toMatchObject({ code: 1000 });
  });

  test('languages and knowledge bases', async () => {
    const { mock } = await start();
    const { call } = akoolCalls(mock);
    expect(at((await call('/v3/language/list')).body, 'data.lang_list')).toContainEqual({
      lang_code: 'en',
      lang_name: 'English',
      url: expect.any(String),
    });
    expect(at((await call('/v4/knowledge/list')).body, 'data.knowledge_list')).toContainEqual({
      _id: '65b000000000000000000001',
      name: 'Opening hours',
    });
  });
});
