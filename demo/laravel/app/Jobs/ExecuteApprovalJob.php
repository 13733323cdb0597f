<?php

namespace App\Jobs;

use App\Audit;
use Illuminate\Support\Facades\DB;
use Throwable;

/** Does what two people agreed on, and says so in the application's audit log. */
class ExecuteApprovalJob extends AppJob
{
    public function __construct(public string $approvalId)
    {
    }

    public function handle(): void
    {
        $this->update(['status' => 'EXECUTING']);
        try {
            $this->behave($this->approvalId);
        } catch (Throwable $error) {
            $this->update([
                'status' => 'FAILED',
                'error_code' => 'EXECUTION_FAILED',
                'error_message' => mb_substr($error->getMessage(), 0, 255),
                'retry_count' => DB::raw('retry_count + 1'),
            ]);
            Audit::write('approval_executed_failed', 'AdminApproval', $this->approvalId, false);
            throw $error;
        }
        $this->update(['status' => 'EXECUTED', 'executed_at' => now(), 'error_code' => null, 'error_message' => null]);
        Audit::write('approval_executed_success', 'AdminApproval', $this->approvalId, true);
    }

    private function update(array $values): void
    {
        $this->change('admin_approvals', ['id' => $this->approvalId], $values);
    }
}
