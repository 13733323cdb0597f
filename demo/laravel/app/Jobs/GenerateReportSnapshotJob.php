<?php

namespace App\Jobs;

use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Log;

/** Claims only rows that are pending or failed and has no failed(): after a kill its row stays running. */
class GenerateReportSnapshotJob extends AppJob
{
    public $timeout = 60;

    public function __construct(public string $attemptId, public int $orgId = 1, private ?string $apiToken = null)
    {
    }

    public function handle(): void
    {
        $claimed = DB::table('report_snapshots')->where('attempt_id', $this->attemptId)
            ->whereIn('status', ['pending', 'failed'])
            ->update(['status' => 'running', 'updated_at' => now()]);
        if ($claimed === 0) {
            return;
        }
        try {
            $this->behave($this->attemptId);
        } catch (\Throwable $error) {
            Log::error('REPORT_SNAPSHOT_GENERATE_FAILED', ['attempt_id' => $this->attemptId, 'error' => $error->getMessage()]);
            DB::table('report_snapshots')->where('attempt_id', $this->attemptId)->update([
                'status' => 'failed',
                'last_error' => substr(get_class($error).': '.$error->getMessage(), 0, 1024),
                'updated_at' => now(),
            ]);
            throw $error;
        }
        DB::table('report_snapshots')->where('attempt_id', $this->attemptId)
            ->update(['status' => 'ready', 'last_error' => null, 'updated_at' => now()]);
    }
}
