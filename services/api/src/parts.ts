/** What is put together outside and handed to the API: injection tokens. */
export const CONFIG = Symbol('ApiConfig');
export const TRANSPORT = Symbol('Transport');
export const LOGGER = Symbol('Logger');
export const METRICS = Symbol('Metrics');
