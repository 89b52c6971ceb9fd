import { dataCaptureTag } from '../constructs/data-capture.ts';
import { property } from './property.ts';
import { resourcesOfType } from './resources-of-type.ts';
import type { Finding, Rule } from './rule.ts';

/** Requests and answers belong to tenants, who were not told that anybody keeps them. */
export const dataCapture: Rule = {
  name: 'data-capture',
  description:
    'No endpoint keeps requests or answers, unless a setting asked for it, which its configuration then says in a tag; and then encrypted.',
  fix: 'Set dataCapturePercent of the endpoint in infra/settings/stages.ts, and capture by the class DataCapture.',
  check: (template) =>
    resourcesOfType(template, 'AWS::SageMaker::EndpointConfig').flatMap(({ logicalId, properties }) => {
      const capture = properties['DataCaptureConfig'];
      if (capture === undefined) return [];
      const findings: Finding[] = [];
      const tags = properties['Tags'];
      const asked = Array.isArray(tags) ? tags.find((tag) => property(tag, 'Key') === dataCaptureTag) : undefined;
      if (property(asked, 'Value') !== String(property(capture, 'InitialSamplingPercentage'))) {
        findings.push({ logicalId, location: 'Properties/DataCaptureConfig/InitialSamplingPercentage' });
      }
      if (property(capture, 'KmsKeyId') === undefined) {
        findings.push({ logicalId, location: 'Properties/DataCaptureConfig/KmsKeyId' });
      }
      return findings;
    }),
};
