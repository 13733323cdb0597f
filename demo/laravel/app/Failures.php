<?php

namespace App;

use App\Exceptions\BudgetExceeded;
use App\Exceptions\ResultMissing;
use Illuminate\Database\Eloquent\ModelNotFoundException;
use Illuminate\Http\Client\ConnectionException;
use Illuminate\Support\Facades\DB;
use RuntimeException;
use Throwable;

/** The ways in which a job of this application fails, by name. */
class Failures
{
    public static function make(string $kind, string $key): Throwable
    {
        return match ($kind) {
            'content' => new RuntimeException("content pack unreadable: packs/{$key}/manifest.json"),
            'result' => new ResultMissing("REPORT_RESULT_MISSING: no result for attempt {$key}"),
            'provider' => new ConnectionException("cURL error 28: Operation timed out after 10001 milliseconds for order {$key}"),
            'model' => (new ModelNotFoundException())->setModel('App\\Models\\Order', [$key]),
            'budget' => new BudgetExceeded("AI_BUDGET_EXCEEDED: monthly budget of 200 USD is used up for insight {$key}"),
            'deadlock' => self::caught(fn () => DB::statement("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, "
                ."MESSAGE_TEXT = 'Deadlock found when trying to get lock; try restarting transaction'")),
            'query' => self::caught(fn () => DB::table('orders')->where('refund_batch', $key)->first()),
            'type' => self::caught(fn () => (static fn (int $cents): int => $cents)(null)),
            'nested' => new RuntimeException("refund of order {$key} failed", 0, self::make('provider', $key)),
            'secret' => new RuntimeException('login failed for mysql://fap:hunter2secret@db:3306/fap token=abcdef123456 <!channel>'),
            'hostile' => new RuntimeException("<!here> <@U0ANNA> *bold* `code` <https://evil.test|Approve> \u{202E}evil\u{200B} \e[31mred\e[0m {$key}"),
            'chinese' => new RuntimeException("报告内容包不可读：packs/{$key}/清单.json，请检查内容发布流水线与对象存储的权限配置"),
            'huge' => new RuntimeException('provider answered: '.str_repeat('0123456789abcdef', 16_384)),
        };
    }

    /** What really is thrown, from where it really is thrown. */
    private static function caught(callable $work): Throwable
    {
        try {
            $work();
        } catch (Throwable $error) {
            return $error;
        }

        return new RuntimeException('This should have failed.');
    }
}
