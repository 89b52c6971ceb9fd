import type { Answer } from './answer.ts';

export const jsonAnswer = (status: number, value: unknown): Answer => ({
  status,
  contentType: 'application/json',
  pieces: [Buffer.from(JSON.stringify(value))],
});
