export { tidyWhenIdle } from './tidy-when-idle.js';
