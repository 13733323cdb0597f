<?php

namespace App\Jobs;

use Illuminate\Support\Facades\Log;
use Throwable;

/** Claims only rows that are pending or failed and has no failed(): after a kill its row stays running. */
class GenerateReportSnapshotJob extends AppJob
{
    public $timeout = 60;

    public function __construct(public string $attemptId, public int $orgId = 1, private ?string $apiToken = null)
    {
    }

    public function handle(): void
    {
        if (! $this->update(['status' => 'running'], ['status' => ['pending', 'failed']])) {
            return;
        }
        try {
            $this->behave($this->attemptId);
        } catch (Throwable $error) {
            $message = get_class($error).': '.$error->getMessage();
            Log::error('REPORT_SNAPSHOT_GENERATE_FAILED', ['attempt_id' => $this->attemptId, 'error' => $message]);
            $this->update(['status' => 'failed', 'last_error' => mb_strcut($message, 0, 1024)]);
            throw $error;
        }
        $this->update(['status' => 'ready', 'last_error' => null, 'report_json' => json_encode(['type' => 'INTJ-A'])]);
    }

    private function update(array $values, array $only = []): bool
    {
        return $this->change('report_snapshots', ['attempt_id' => $this->attemptId], $values, $only);
    }
}
