import { authorize } from '../../iam/authorize.ts';
import { requestContext } from '../access/request-context.ts';
import { ownerId } from '../request/owner-id.ts';
import { xmlDocument } from '../xml/xml-document.ts';
import type { Operation } from './operation.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html, all on one page. */
export const listBuckets: Operation = {
  parameters: [],
  run: (state, call) => {
    authorize({
      principal: call.principal,
      action: 's3:ListAllMyBuckets',
      resource: '*',
      context: requestContext(call, state.account),
    });
    return {
      status: 200,
      body: xmlDocument('ListAllMyBucketsResult', {
        Owner: { ID: ownerId(state.account) },
        Buckets: {
          Bucket: state.buckets
            .list()
            .map(({ name, createdAtMs }) => ({ Name: name, CreationDate: new Date(createdAtMs).toISOString() })),
        },
      }),
    };
  },
};
