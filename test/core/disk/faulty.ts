export { systemError, watched, type Before } from '../../../src/core/disk/faults';
