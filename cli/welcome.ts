import type { DemoTenant } from './demo-tenant.ts';

/** What a newcomer reads when the platform is up: where it is, the key, and three commands that answer. */
export const welcome = ({ url, tenant, apiKey }: DemoTenant, gpu: boolean): string => `
MaaS is up at ${url}
Tenant "${tenant}", API key ${apiKey}

What a model takes and gives:
  curl -s -H 'x-api-key: ${apiKey}' ${url}/v2/models/fashion

What is in a picture (an ankle boot):
  curl -s -H 'Authorization: Bearer ${apiKey}' -H 'content-type: image/png' --data-binary @models/fashion/sample/ankle-boot.png ${url}/models/fashion

Is an e-mail spam:
  curl -s -H 'Authorization: Bearer ${apiKey}' -H 'content-type: application/json' --data-binary @models/spam/sample/spam.json ${url}/models/spam

${gpu ? pictureOnGpu({ url, apiKey }) : ''}What that cost so far:
  npx maas usage ${tenant}

One line per request follows. Ctrl-C stops everything; the state stays.
`;

const pictureOnGpu = ({
  url,
  apiKey,
}: Pick<
  DemoTenant,
  'url' | 'apiKey'
>): string => `Is a picture fit for everybody (through an emulated SageMaker endpoint):
  curl -s -H 'Authorization: Bearer ${apiKey}' -H 'content-type: image/jpeg' --data-binary @models/moderation/sample/landscape.jpg ${url}/models/moderation

`;
