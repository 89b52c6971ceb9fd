/** The stage of the app that the local cloud runs, and the stack whose outputs name its APIs. */
export const localStage = { name: 'dev', assembly: 'assembly-dev', apiStack: 'maas-dev-api' } as const;
