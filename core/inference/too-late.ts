import { MaasError } from '../api/maas-error.ts';

/** 504: the answer would come after the platform has ended the call. */
export const tooLate = (cause?: unknown): MaasError =>
  new MaasError('deadline-exceeded', 504, 'the model took longer than a call may last; not billed. Send less at once', {
    cause,
  });
