/** Resource types that a template may hold and that change nothing on one machine, with the reason. */
export const unaffectingTypes: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'usage statistics of the CDK',
};
