//! What the numbers of refusals mean, in each language.

use super::Language;
use crate::at::error;
use crate::wire::Failure;

/// What `failure` means; the English words are those of [`error`].
///
/// ```
/// use luat_modem::at::recognise::{Language, refusal};
/// use luat_modem::wire::Failure;
/// assert_eq!(refusal(Failure::Cme(10), Language::English), "no SIM card inserted");
/// assert_eq!(refusal(Failure::Cme(10), Language::Chinese), "未插入 SIM 卡");
/// ```
#[must_use]
pub const fn refusal(failure: Failure, language: Language) -> &'static str {
    match (failure, language) {
        (Failure::Error, Language::English) => "refused",
        (Failure::Error, Language::Chinese) => "失败",
        (Failure::Cme(code), Language::English) => error::cme(code),
        (Failure::Cme(code), Language::Chinese) => cme(code),
        (Failure::Cms(code), Language::English) => error::cms(code),
        (Failure::Cms(code), Language::Chinese) => cms(code),
    }
}

const UNKNOWN: &str = "手册未列出的错误码";

const fn cme(code: u16) -> &'static str {
    match code {
        0 => "模块故障",
        1 => "未连接到模块",
        2 => "模块链路被占用",
        3 => "当前状态不允许该操作",
        4 => "不支持",
        5 => "需要模块自身的 PIN",
        6 | 7 => "需要首张 SIM 卡的 PIN 或 PUK",
        10 => "未插入 SIM 卡",
        11 => "需要 SIM PIN",
        12 => "需要 SIM PUK",
        13 => "SIM 卡故障",
        14 => "SIM 卡忙",
        15 => "SIM 卡不对",
        16 => "密码错误",
        17 => "需要 SIM PIN2",
        18 => "需要 SIM PUK2",
        20 => "存储已满",
        21 => "索引无效",
        22 => "未找到",
        23 => "存储故障",
        24 => "文本过长",
        25 => "文本含无效字符",
        26 => "号码过长",
        27 => "号码含无效字符",
        30 => "无网络服务",
        31 => "网络超时",
        32 => "仅限紧急呼叫",
        40..=47 => "已锁定到某网络、运营商或公司，需要解锁码",
        48 => "需要隐藏密钥",
        49 => "不支持执行",
        50 => "执行失败，或（Cat.4 模块）参数无效",
        51 => "内存不足",
        52 => "不支持该选项",
        53 => "参数无效",
        54..=57 => "无该类扩展存储",
        58 => "命令行无效",
        59 => "接口不同",
        60 => "写 Flash 失败",
        61 => "无存储卡",
        62 => "无此文件",
        63 => "文件过大",
        96 => "日期或时间无效",
        97 => "目录创建失败",
        98 => "无此目录",
        99 => "未实现",
        100 => "未知原因",
        103 => "网络拒绝该用户（非法 MS）",
        106 => "网络拒绝该设备（非法 ME）",
        107 => "不允许 GPRS 业务",
        111 => "不允许使用该网络",
        112 => "不允许使用该位置区",
        113 => "该位置区不允许漫游",
        132 => "不支持该业务选项",
        133 => "未开通该业务选项",
        134 => "业务选项暂不可用",
        148 => "GPRS 失败，原因未说明",
        149 => "PDP 鉴权失败",
        150 => "移动台类别无效",
        151 => "AT 命令超时",
        181 => "不支持该业务等级",
        214 | 222..=226 | 229..=234 | 240 | 247..=251 | 256 => "补充业务被拒绝",
        264..=283 => "SIM 卡拒绝操作",
        284 | 285 | 339 | 340 => "补充业务不可用",
        501..=503 => "模块射频以外的功能失败",
        504..=507 => "设备记录写入失败",
        508 => "PUK 已锁死，SIM 卡报废",
        509 => "不支持该厂商",
        510 | 511 => "模块自身设置损坏",
        535 => "协议栈忙",
        600..=605 => "蓝牙远程 SIM 失败",
        606 => "不在生产模式",
        753 | 756 | 758 | 791 => "缺少参数",
        754 | 755 | 757 | 759 => "SIM 命令参数无效",
        765 | 793..=796 | 980 => "参数取值或类型无效",
        766 => "不支持该模式",
        767 => "操作失败",
        768 => "复用已在运行",
        769 => "无法取得控制",
        770 => "网络拒绝该 SIM 卡",
        771 => "正在建立呼叫",
        772 => "SIM 卡已断电",
        773 => "SIM 卡上缺少文件",
        774 => "路由区更新失败",
        792 => "参数过多",
        797 => "射频已关闭（CFUN 为 0 或 4）",
        810 => "无错误",
        811 | 817 => "不是命令",
        812..=814 | 981 | 982 => "未说明原因的错误",
        815 | 816 => "已在进行中",
        818 => "命令行过长",
        819 => "搜网被中止",
        820 => "没有可结束的呼叫",
        821..=823 => "远程 SIM 失败",
        824 | 983 => "不允许",
        890 => "定位已关闭",
        891 => "定位已打开",
        892 => "定位中，尚未定位成功",
        893 => "定位休眠中",
        894 => "定位未休眠",
        900 => "拨号被拒绝",
        901 => "PDP 未激活",
        902 => "PDP 已激活",
        910 => "对端拒绝连接",
        911 => "对端超时无应答",
        912 => "链接已经打开",
        913 => "链接未打开",
        914 => "数据超过缓冲区",
        915 => "发送超时",
        916 => "正在解析域名",
        917 => "域名解析超时",
        918 => "域名解析失败",
        1000 => "升级：地址无效",
        1001 => "升级：网络错误",
        1002 => "升级：连不上服务器",
        1003 => "升级：文件无效",
        1004 => "升级：服务器应答错误",
        1005 => "升级：写 Flash 失败",
        1006 => "升级失败",
        65535 => "其他错误",
        _ => UNKNOWN,
    }
}

const fn cms(code: u16) -> &'static str {
    match code {
        8 | 10 => "运营商禁止发短信",
        21 => "对方拒收短信",
        38 | 41 | 42 | 47 => "网络故障或拥塞",
        50 | 69 => "未开通或不提供短信业务",
        0..=127 => "网络拒绝该短信",
        192..=194 => "短信中心忙、故障或无签约",
        195 | 196 => "接收方号码无效或被禁",
        208 | 322 => "存储已满",
        128..=255 => "短信在途中被拒",
        300 => "模块故障",
        301 => "短信业务被占用",
        302 => "当前状态不允许该操作",
        303 => "不支持",
        304 => "PDU 模式参数无效",
        305 => "文本模式参数无效",
        310 => "未插入 SIM 卡",
        311 => "需要 SIM PIN",
        312 => "需要模块自身的 PIN",
        313 => "SIM 卡故障",
        314 => "SIM 卡忙",
        315 => "SIM 卡不对",
        316 => "需要 SIM PUK",
        317 => "需要 SIM PIN2",
        318 => "需要 SIM PUK2",
        320 => "存储故障",
        321 => "索引无效",
        330 => "短信中心号码未知",
        331 => "无网络服务",
        332 => "网络超时",
        340 => "无需确认",
        512 => "用户中止",
        513 => "无法存储",
        514..=520 | 528 | 529 | 532..=540 => "参数或文本无效",
        521 => "超时",
        530 => "发送失败",
        500 | 531 | 604 => "未知原因",
        _ => UNKNOWN,
    }
}

/// The meaning of `TCP ERROR:<code>`.
pub(super) const fn tcp(code: u16, language: Language) -> &'static str {
    match (language, code) {
        (Language::English, _) => error::tcp(code),
        (_, 0) => "无错误",
        (_, 1) => "协议栈空闲",
        (_, 2 | 3) => "无此套接字",
        (_, 4) => "缓冲区不足",
        (_, 5) => "网络错误",
        (_, 6) => "对端不可达",
        (_, 7) => "地址已被占用",
        (_, 8) => "地址不可用",
        (_, 9) => "数据过多或过少",
        (_, 10) => "参数无效",
        (_, 11) => "对端拒绝连接",
        (_, 12) => "对端超时无应答",
        (_, 13) => "连接被中止",
        (_, 14) => "对端复位连接",
        (_, 15) => "链接已打开",
        (_, 16) => "链接未打开",
        (_, 17) => "链接已关闭",
        _ => UNKNOWN,
    }
}

/// The meaning of `UDP ERROR:<code>`.
pub(super) const fn udp(code: u16, language: Language) -> &'static str {
    match (language, code) {
        (Language::English, _) => error::udp(code),
        (_, 0..=3) => tcp(code, language),
        (_, 4) => "没有接收方",
        (_, 5) => "缓冲区不足",
        (_, 6) => "网络错误",
        (_, 7) => "对端拒绝",
        (_, 8) => "对端不可达",
        (_, 9) => "地址已被占用",
        (_, 10) => "地址不可用",
        (_, 11) => "数据过多或过少",
        (_, 12) => "参数无效",
        (_, 13) => "协议栈忙",
        (_, 15) => "链接已打开",
        _ => UNKNOWN,
    }
}

/// The meaning of `+CDNSGIP: 0,<code>`.
pub(super) const fn dns(code: u16, language: Language) -> &'static str {
    match (language, code) {
        (Language::English, _) => error::dns(code),
        (_, 3) => "网络错误",
        (_, 8) => "域名解析失败",
        (_, 10) => "未说明原因的错误",
        (_, 11) => "DNS 服务器无应答",
        (_, 12) => "未设置 DNS 服务器",
        (_, 13) => "内存不足",
        (_, 14) => "域名无效",
        (_, 15) => "DNS 服务器应答错误",
        _ => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_words_in_one_language_has_them_in_the_other() {
        for code in 0..=u16::MAX {
            for (failure, english) in [
                (Failure::Cme(code), error::cme(code)),
                (Failure::Cms(code), error::cms(code)),
            ] {
                let chinese = refusal(failure, Language::Chinese);
                assert_eq!(english == error::UNKNOWN, chinese == UNKNOWN, "{failure}");
            }
        }
        assert_eq!(tcp(11, Language::Chinese), "对端拒绝连接");
        assert_eq!(udp(7, Language::Chinese), "对端拒绝");
        assert_eq!(dns(8, Language::Chinese), "域名解析失败");
    }
}
