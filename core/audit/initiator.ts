import type { ApiRequest } from '../api/api-request.ts';

/** Who asks for a change, and in which request. Every `ApiRequest` is one. */
export type Initiator = Pick<ApiRequest, 'caller' | 'requestId'>;
