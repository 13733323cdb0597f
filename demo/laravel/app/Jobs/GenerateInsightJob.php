<?php

namespace App\Jobs;

use App\Exceptions\BudgetExceeded;
use Illuminate\Http\Client\ConnectionException;
use Throwable;

class GenerateInsightJob extends AppJob
{
    public function __construct(public string $insightId)
    {
    }

    public function handle(): void
    {
        $this->update(['status' => 'running']);
        try {
            $this->behave($this->insightId);
        } catch (Throwable $error) {
            $this->update(['status' => 'failed', 'error_code' => self::codeOf($error)]);
            throw $error;
        }
        $this->update(['status' => 'succeeded', 'error_code' => null, 'output_json' => '{"summary":"calm week"}', 'tokens_out' => 412]);
    }

    private static function codeOf(Throwable $error): string
    {
        return match (true) {
            $error instanceof BudgetExceeded => 'AI_BUDGET_EXCEEDED',
            $error instanceof ConnectionException => 'AI_PROVIDER_UNAVAILABLE',
            default => 'AI_RUNTIME_FAILED',
        };
    }

    private function update(array $values): void
    {
        $this->change('ai_insights', ['id' => $this->insightId], $values);
    }
}
