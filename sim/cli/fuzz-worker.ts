/** A thread of `stratus fuzz`: runs one task of a campaign at a time. What it gives back depends on the task alone. */
import { bestCrypto } from '../../engine/host/native-crypto.ts';
import { runTask, type Task } from '../fuzz/campaign.ts';

const crypto = bestCrypto();

export default (task: Task): ReturnType<typeof runTask> => runTask(task, crypto);
