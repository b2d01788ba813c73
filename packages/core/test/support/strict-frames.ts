/**
 * A reader of frames that shares nothing with the code under test: fatal UTF-8, the engine's JSON, and a JSON schema
 * written from the vendor's documents, checked by ajv. Unknown fields are refused.
 */

import { Ajv, type JSONSchemaType } from 'ajv';

export interface ChatFrame {
  readonly v: number;
  readonly type: string;
  readonly mid: string;
  readonly idx: number;
  readonly fin: boolean;
  readonly pld: { readonly text: string };
}

const chatSchema: JSONSchemaType<ChatFrame> = {
  type: 'object',
  properties: {
    v: { type: 'integer', const: 2 },
    type: { type: 'string', const: 'chat' },
    mid: { type: 'string', minLength: 1 },
    idx: { type: 'integer', minimum: 0 },
    fin: { type: 'boolean' },
    pld: {
      type: 'object',
      properties: { text: { type: 'string' } },
      required: ['text'],
      additionalProperties: false,
    },
  },
  required: ['v', 'type', 'mid', 'idx', 'fin', 'pld'],
  additionalProperties: false,
};

const text = { type: 'string', minLength: 1 };

const commandSchema = {
  type: 'object',
  properties: {
    v: { const: 2 },
    type: { const: 'command' },
    mid: text,
    pld: {
      oneOf: [
        {
          type: 'object',
          properties: { cmd: { const: 'interrupt' } },
          required: ['cmd'],
          additionalProperties: false,
        },
        {
          type: 'object',
          properties: {
            cmd: { const: 'set-action' },
            data: {
              type: 'object',
              minProperties: 1,
              properties: {
                action: {
                  enum: [
                    'hand_wave',
                    'cheer',
                    'thumbs_up',
                    'pump_fists',
                    'nod',
                    'shake',
                    'waft_left',
                    'waft_right',
                  ],
                },
                expression: {
                  enum: ['angry', 'disgust', 'fear', 'happiness', 'sadness', 'surprise', 'contempt'],
                },
              },
              additionalProperties: false,
            },
          },
          required: ['cmd', 'data'],
          additionalProperties: false,
        },
        {
          type: 'object',
          properties: {
            cmd: { const: 'set-params' },
            data: {
              type: 'object',
              minProperties: 1,
              properties: {
                mode: { enum: [1, 2] },
                lang: text,
                bgurl: text,
                vparams: {
                  type: 'object',
                  minProperties: 1,
                  properties: {
                    vid: text,
                    vurl: text,
                    speed: { type: 'number', minimum: 0.8, maximum: 1.2 },
                    pron_map: { type: 'object', additionalProperties: { type: 'string' } },
                    stt_language: text,
                    stt_type: text,
                    turn_detection: {
                      type: 'object',
                      properties: {
                        type: { enum: ['server_vad', 'semantic_vad'] },
                        threshold: { type: 'number', minimum: 0, maximum: 1 },
                        prefix_padding_ms: { type: 'number', minimum: 0 },
                        silence_duration_ms: { type: 'number', minimum: 0 },
                      },
                      required: ['type'],
                      additionalProperties: false,
                    },
                  },
                  additionalProperties: false,
                },
              },
              additionalProperties: false,
            },
          },
          required: ['cmd', 'data'],
          additionalProperties: false,
        },
      ],
    },
  },
  required: ['v', 'type', 'mid', 'pld'],
  additionalProperties: false,
};

const ajv = new Ajv();
const isChat = ajv.compile(chatSchema);
const isCommand = ajv.compile(commandSchema);
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The frame of a chat part. Throws what is wrong with it; half characters count. */
export function readChat(packet: Uint8Array): ChatFrame {
  const frame = readJson(packet);
  if (!isChat(frame)) throw new Error(ajv.errorsText(isChat.errors));
  return frame;
}

/** The frame of a command, parsed. Throws what is wrong with it. */
export function readCommand(packet: Uint8Array): unknown {
  const frame = readJson(packet);
  if (!isCommand(frame)) throw new Error(ajv.errorsText(isCommand.errors));
  return frame;
}

function readJson(packet: Uint8Array): unknown {
  const json = decoder.decode(packet);
  if (/\\ud[89a-f]/i.test(json.replaceAll('\\\\', ''))) throw new Error('A surrogate is escaped.');
  return JSON.parse(json);
}
